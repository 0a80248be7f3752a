//! The generated files are up to date.

use xtask::generated::Mode;

#[test]
fn generated_files_are_up_to_date() {
    if let Err(error) = xtask::codegen::run(Mode::Check) {
        panic!("{error:#}");
    }
}

#[test]
fn the_same_text_is_generated_each_time() {
    let texts = || {
        let files = xtask::codegen::output().unwrap().files;
        files.into_iter().map(|file| file.text).collect::<Vec<_>>()
    };
    assert_eq!(texts(), texts());
}
