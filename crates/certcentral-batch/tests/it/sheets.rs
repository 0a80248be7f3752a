//! Sheets as spreadsheet programs write them.
//!
//! `comma.csv`, `semicolon.csv`, `tab.csv` and `spoiled.csv` were written by LibreOffice Calc 7.4;
//! `semicolon-mark.csv` and `crlf.csv` are two of these with a byte order mark and other line ends.

use std::path::PathBuf;

use certcentral::validation::Severity;
use certcentral_batch::{CheckOptions, Checked, OrderFile};
use certcentral_sandbox::Sandbox;

use super::{Folder, RowReport, TODAY, check, defaults, ready, rows, run};

fn sheet(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "sheets", name].iter().collect()
}

fn check_sheet(folder: &Folder, text: &str) -> (Checked, Vec<RowReport>) {
    let file = OrderFile::open(&folder.write("sheet.csv", text)).unwrap();
    let file = file.with_defaults(defaults());
    check(file, &CheckOptions::new(TODAY))
}

/// What is wrong with a sheet, as row, column and code.
fn faults(reports: &[RowReport]) -> Vec<(u64, &str, &str)> {
    let of = |report: &'_ RowReport| report.row;
    reports
        .iter()
        .flat_map(|report| {
            report.violations.iter().map(move |violation| {
                (of(report), violation.head().unwrap_or_default(), violation.code())
            })
        })
        .collect()
}

#[tokio::test]
async fn a_sheet_of_libreoffice_is_ordered_as_it_was_typed() {
    for name in ["comma.csv", "semicolon.csv", "tab.csv", "semicolon-mark.csv", "crlf.csv"] {
        let sandbox = Sandbox::start().await.unwrap();
        let folder = Folder::new();
        let file = OrderFile::open(&sheet(name)).unwrap().with_defaults(defaults());
        let (checked, reports) = check(file, &CheckOptions::new(TODAY));
        let warnings = faults(&reports);
        assert!(
            warnings.iter().all(|(row, head, _)| (*row, *head) == (5, "addr1")),
            "{name}: {warnings:?}"
        );
        let (report, _) = run(&ready(checked), &folder.journal(&sandbox).await, 1).await;
        assert_eq!((report.summary.total, report.summary.placed), (4, 4), "{name}");

        let orders = sandbox.books().orders();
        let json = |index: usize| -> serde_json::Value {
            serde_json::from_str(orders[index].json()).unwrap()
        };
        assert_eq!(json(0)["ship_info"]["zip"], "1013 AA");
        assert_eq!(json(0)["ship_info"]["addr2"], "");
        assert_eq!(json(0)["certificate"]["individual"]["telephone"], "+31 20 555 0100");
        assert_eq!(json(0)["csa_agreed_to"], true);
        assert_eq!(json(1)["certificate"]["individual"]["last_name"], "Voorbeeld, MA");
        assert_eq!(json(1)["ship_info"]["addr1"], "Voorbeeldweg 12, \"De Hoeve\"");
        let address = json(2)["ship_info"]["addr1"].as_str().unwrap().replace('\r', "");
        assert_eq!(address, "Voorbeeldplein 3\nachteringang");
        assert_eq!(json(2)["certificate"]["individual"]["last_name"], "Janssen \"III\"");
        assert!(json(2)["certificate"]["individual"].get("city").is_none());
        assert_eq!(json(3)["certificate"]["individual"]["last_name"], "Ĳsbrandij-Łuk");
        let journal = folder.journal(&sandbox).await;
        let order: certcentral::pkio_professional::Order =
            serde_json::from_str(orders[3].json()).unwrap();
        let last = journal.of_person(&order).await.unwrap();
        assert_eq!(last[0].label.as_deref(), Some("GDW-1"));
    }
}

#[test]
fn what_libreoffice_spoiled_is_named_by_row_and_column() {
    let file = OrderFile::open(&sheet("spoiled.csv")).unwrap().with_defaults(defaults());
    let (checked, reports) = check(file, &CheckOptions::new(TODAY));
    assert!(matches!(checked, Checked::AtFault(faults) if faults.faulty == 3));
    let mut expected = vec![
        (2, "telephone", "spreadsheet_plus"),
        (3, "telephone", "spreadsheet_plus"),
        (3, "addr2", "spreadsheet_date"),
        (3, "custom_expiration_date", "spreadsheet_date"),
        (4, "individual.state", "spreadsheet_error"),
        (4, "ship_info.city", "spreadsheet_error"),
    ];
    let mut found = faults(&reports);
    found.retain(|fault| fault.2.starts_with("spreadsheet"));
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
    let shown = format!("{reports:?}");
    assert!(!shown.contains("3120555") && !shown.contains("05/03"), "{shown}");
}

const HEAD: &str = "first_name,last_name,email,telephone,individual.state,professional_title,\
                    csa_agreed_to,ship_info.name,addr1,ship_info.city,ship_info.zip";
const ROW: &str = "Fenna,de Wit,f@example.com,+31 20 555 0100,Utrecht,Notaris,WAAR,Fenna de Wit,\
                   Voorbeeldgracht 1,Utrecht,3511 AB";

#[test]
fn rows_count_as_the_spreadsheet_shows_them() {
    let second = ROW.replace("f@", "g@").replace("Voorbeeldgracht 1", "\"Gracht 1\nachter\"");
    let third = ROW.replace("f@", "h@");
    let text = format!("{HEAD}\n{ROW}\n\n\n{second}\n,,,,,,,,,,\n{third}\n\n");
    for text in [text.clone(), text.replace('\n', "\r\n"), text.trim_end().to_owned()] {
        let folder = Folder::new();
        let (checked, _) = check_sheet(&folder, &text);
        assert_eq!(rows(&ready(checked)), ["2", "5", "7"]);
    }
}

#[test]
fn an_unknown_head_is_named_with_the_nearest_member() {
    let text = format!("{HEAD},surname\n{ROW},x\n")
        .replace("telephone", "telefoon")
        .replace("individual.state", "state");
    let folder = Folder::new();
    let (checked, reports) = check_sheet(&folder, &text);
    assert!(matches!(checked, Checked::AtFault(_)));
    let [report] = &reports[..] else { panic!("{reports:?}") };
    assert_eq!(report.row, 1);
    let shown: Vec<String> = report.violations.iter().map(ToString::to_string).collect();
    assert!(shown[0].starts_with("telefoon: is not a member of an order; did you mean telephone?"));
    assert!(shown[1].starts_with("state: may be several members"), "{shown:?}");
    assert!(shown[2].starts_with("surname: is not a member"), "{shown:?}");
}

#[test]
fn a_cell_under_no_head_is_a_fault_and_an_empty_one_is_not() {
    let folder = Folder::new();
    let (checked, reports) = check_sheet(&folder, &format!("{HEAD},,\n{ROW},,\n"));
    assert_eq!(reports, []);
    drop(checked);
    let (_, reports) = check_sheet(&Folder::new(), &format!("{HEAD},\n{ROW},x\n"));
    assert_eq!(faults(&reports), [(2, "column L", "unnamed_column")]);
    let twice = format!("{HEAD},Email\n{ROW},f@example.com\n");
    let (_, reports) = check_sheet(&Folder::new(), &twice);
    assert_eq!(faults(&reports), [(1, "Email", "duplicate_column")]);
}

#[test]
fn faults_of_a_sheet_name_the_column() {
    let text = format!("{HEAD}\n{}\n", ROW.replace("Notaris", "notaris").replace("WAAR", "ja"));
    let (_, reports) = check_sheet(&Folder::new(), &text);
    let found = faults(&reports);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.iter().any(|(row, head, _)| (*row, *head) == (2, "csa_agreed_to")));
    assert!(found.iter().any(|(row, head, _)| (*row, *head) == (2, "professional_title")));
    // Without a column for it there is still a name.
    let text = format!("{HEAD}\n{ROW}\n").replace(",csa_agreed_to", "").replace(",WAAR", "");
    let (_, reports) = check_sheet(&Folder::new(), &text);
    assert_eq!(faults(&reports), [(2, "csa_agreed_to", "required")]);
}

#[test]
fn a_hint_for_the_separator_is_understood() {
    let text = format!("sep=;\n{HEAD}\n{ROW}\n").replace(',', ";");
    let (checked, reports) = check_sheet(&Folder::new(), &text);
    assert_eq!(reports, []);
    assert_eq!(rows(&ready(checked)), ["2"]);
}

#[test]
fn a_date_of_a_house_number_is_a_warning() {
    let text = format!("{HEAD}\n{}\n", ROW.replace("Voorbeeldgracht 1", "3-mei"));
    let (checked, reports) = check_sheet(&Folder::new(), &text);
    ready(checked);
    assert_eq!(faults(&reports), [(2, "addr1", "spreadsheet_date")]);
    assert_eq!(reports[0].violations[0].severity(), Severity::Warning);
}

#[test]
fn a_sheet_that_is_not_in_utf8_says_so() {
    let folder = Folder::new();
    let path = folder.path("sheet.csv");
    let text = format!("{HEAD}\n{}\n", ROW.replace("Utrecht,3511", "Jos\u{e9},3511"));
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    std::fs::write(&path, latin).unwrap();
    let file = OrderFile::open(&path).unwrap().with_defaults(defaults());
    let (_, reports) = check(file, &CheckOptions::new(TODAY));
    assert_eq!(faults(&reports), [(2, "ship_info.city", "not_utf8")]);
}
