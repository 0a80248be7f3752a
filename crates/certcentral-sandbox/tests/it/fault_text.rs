//! Faults as text, as the program takes them.

use certcentral_sandbox::{Effect, Fault, FaultKind, FaultRule, Placing};

#[test]
fn every_kind_is_read_as_it_is_written() {
    for &kind in FaultKind::ALL {
        assert_eq!(kind.to_string().parse::<FaultKind>(), Ok(kind));
        assert_eq!(kind.name().replace('-', "_").parse::<FaultKind>(), Ok(kind));
        assert!(kind.name().bytes().all(|it| it == b'-' || it.is_ascii_alphanumeric()));
    }
}

#[test]
fn an_unknown_kind_is_answered_with_those_that_there_are() {
    let error = "hangs".parse::<FaultKind>().unwrap_err().to_string();
    for kind in FaultKind::ALL {
        assert!(error.contains(kind.name()), "{error}");
    }
}

#[test]
fn placing_can_be_chosen_where_it_is_open() {
    for &kind in FaultKind::ALL {
        let can = |placing| Fault::with_placing(kind, placing).is_ok();
        let expected = match kind.effect() {
            Effect::Placed => (true, false),
            Effect::Unplaced => (false, true),
            Effect::Open => (true, true),
        };
        assert_eq!((can(Placing::Placed), can(Placing::Unplaced)), expected, "{kind}");
    }
    let fault: Fault = "hang:unplaced".parse().unwrap();
    assert_eq!((fault.kind(), fault.placing()), (FaultKind::Hang, Some(Placing::Unplaced)));
    assert_eq!(fault.to_string(), "hang:unplaced");
    assert_eq!("hang".parse::<Fault>().unwrap().placing(), None);
    assert!("hang:perhaps".parse::<Fault>().is_err());
}

#[test]
fn rules_are_read_as_they_are_written() {
    for text in ["hang=0.5", "hang:placed=1", "lookup:bad-gateway=0"] {
        assert_eq!(text.parse::<FaultRule>().unwrap().to_string(), text);
    }
    for text in
        ["", "hang", "=1", "hang=", "hang=1.5", "hang=-1", "hang=NaN", "hang=x", "lookup:no-id=1"]
    {
        let error = text.parse::<FaultRule>().unwrap_err().to_string();
        assert!(!error.is_empty(), "{text}");
    }
}
