//! Faults as text, as the program takes them.

use certcentral_sandbox::{Effect, Fault, FaultKind, FaultRule, Placing};

#[test]
fn every_kind_is_read_as_it_is_written() {
    for &kind in FaultKind::ALL {
        assert_eq!(kind.to_string().parse::<FaultKind>(), Ok(kind));
        assert_eq!(kind.to_string().replace('-', "_").parse::<FaultKind>(), Ok(kind));
    }
    assert_eq!("status-418".parse(), Ok(FaultKind::Status(418)));
    assert_eq!(FaultKind::CutAfter(7).to_string(), "cut-after-7");
}

#[test]
fn the_error_for_an_unknown_kind_lists_the_known_ones() {
    for text in ["hangs", "hang-1", "status-", "-1", "status"] {
        let error = text.parse::<FaultKind>().unwrap_err().to_string();
        assert!(error.contains("hang, drip") || error.contains("out of range"), "{text}: {error}");
    }
    let error = "hangs".parse::<FaultKind>().unwrap_err().to_string();
    for name in FaultKind::NAMES {
        assert!(error.contains(name), "{error}");
    }
}

#[test]
fn a_number_has_a_range() {
    for text in ["status-99", "status-1000", "status-70000", "gateway-200", "cut-after-0"] {
        let error = text.parse::<FaultKind>().unwrap_err().to_string();
        assert!(error.contains("out of range"), "{text}: {error}");
    }
}

/// A gateway's own refusal says something about the order only where no gateway passes an order on.
#[test]
fn the_meaning_of_a_status_depends_on_its_sender() {
    for (open, unplaced) in [
        (FaultKind::Gateway(503), FaultKind::Status(503)),
        (FaultKind::Gateway(408), FaultKind::Status(408)),
        (FaultKind::Bare(499), FaultKind::Gateway(403)),
        (FaultKind::Status(500), FaultKind::Status(307)),
    ] {
        assert_eq!((open.effect(), unplaced.effect()), (Effect::Open, Effect::Unplaced));
    }
    assert_eq!(FaultKind::Status(202).effect(), Effect::Placed);
    assert_eq!(FaultKind::Status(204).effect(), Effect::Open);
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
    for text in ["hang=0.5", "hang:placed=1", "lookup:gateway-502=0"] {
        assert_eq!(text.parse::<FaultRule>().unwrap().to_string(), text);
    }
    for text in
        ["", "hang", "=1", "hang=", "hang=1.5", "hang=-1", "hang=NaN", "hang=x", "lookup:no-id=1"]
    {
        let error = text.parse::<FaultRule>().unwrap_err().to_string();
        assert!(!error.is_empty(), "{text}");
    }
}
