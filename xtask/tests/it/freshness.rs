//! The generated files are those that the code of today generates.

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
