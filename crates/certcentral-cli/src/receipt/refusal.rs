//! Which orders a receipt forbids, and what to do then.

use certcentral::pkio_professional::Order;

use crate::exit::{Failure, Result};
use crate::receipt::place::Place;
use crate::receipt::record::{Receipt, Run, State};
use crate::show::terminal::printable;

/// Whether an order may be placed that was, or may have been, placed before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    Refuse,
    /// `--again`.
    Meant,
}

/// Whether an order may be placed under a receipt.
pub(crate) fn check(receipt: &Receipt, order: &Order, repeat: Repeat, place: &Place) -> Result<()> {
    let Some(newest) = receipt.evidence().next() else { return Ok(()) };
    let name = place.name();
    // The same order first: its words are more to the point than those about the same person.
    let same = receipt.evidence().find(|run| run.prints.is_order(order));
    let Some(run) = same.or_else(|| receipt.evidence().find(|run| run.is_about(order))) else {
        let what = match (newest.state, newest.order_id) {
            (State::Placed, Some(id)) => format!("order {id}, which was placed"),
            _ => "an order that may have been placed".into(),
        };
        return Err(Failure::usage(format!(
            "nothing was sent: {name} is the receipt of another order ({what}). If this file was \
             changed since, make sure that you do not order twice; then give this order a receipt \
             of its own with --receipt PATH"
        )));
    };
    if repeat == Repeat::Meant {
        return Ok(());
    }
    let Run { host, time, .. } = run;
    let host = printable(host);
    let find = place.commands.find();
    let order = if same.is_some() {
        "this order"
    } else {
        "an order for the same person (this file was changed since)"
    };
    Err(Failure::usage(match (run.state, run.order_id) {
        (State::Placed, Some(id)) => format!(
            "nothing was sent: {order} was placed already, as order {id} at {host} ({time}, says \
             {name}). See it with `{}`; to order a second time on purpose, add --again",
            place.commands.status(id)
        ),
        (State::Sending, _) => format!(
            "nothing was sent: another run began to send {order} to {host} at {time} and was \
             stopped before it wrote down how that ended (see {name}). The order may have been \
             placed. Look with `{find}`; add --again only if the order does not exist"
        ),
        _ => format!(
            "nothing was sent: {order} may have been placed already, at {host} ({time}, says \
             {name}). Look with `{find}`; add --again only if the order does not exist"
        ),
    }))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::args::options::Server;
    use crate::receipt::record::tests::{order, run};

    fn refusal(receipt: &Receipt, order: &Order, repeat: Repeat) -> Option<String> {
        let server = Server { base_url: None, api_key_file: None, timeout: None };
        let place = Place::new(Path::new("my order.json"), None, None, &server).unwrap();
        check(receipt, order, repeat, &place).err().map(|failure| failure.to_string())
    }

    fn of(state: State, name: &str) -> Receipt {
        Receipt::new(run(state, &order(name)))
    }

    fn for_another_person(order: &Order) -> Order {
        let mut other = order.clone();
        other.certificate.individual.email = Some("somebody@example.com".into());
        other
    }

    #[test]
    fn what_may_have_been_placed_is_not_placed_again() {
        for state in [State::Sending, State::Unknown, State::Placed] {
            let receipt = of(state, "Sanne");
            let refused = refusal(&receipt, &order("Sanne"), Repeat::Refuse).unwrap();
            assert!(refused.starts_with("nothing was sent") && refused.contains("--again"));
            assert_eq!(refusal(&receipt, &order("Sanne"), Repeat::Meant), None);
        }
        for state in [State::NotSent, State::Rejected] {
            let receipt = of(state, "Sanne");
            assert_eq!(refusal(&receipt, &order("Sanne"), Repeat::Refuse), None);
            assert_eq!(refusal(&receipt, &order("Fenna"), Repeat::Refuse), None);
        }
    }

    #[test]
    fn an_edited_order_for_the_person_of_an_open_run_is_refused_as_that_run() {
        // The name was changed and the email was not, and the reverse.
        for edited in [order("Fenna"), for_another_person(&order("Sanne"))] {
            for state in [State::Sending, State::Unknown] {
                let receipt = of(state, "Sanne");
                let refused = refusal(&receipt, &edited, Repeat::Refuse).unwrap();
                assert!(
                    refused.contains("the same person") && refused.contains("certcentral find")
                );
                assert_eq!(refusal(&receipt, &edited, Repeat::Meant), None);
            }
            let refused = refusal(&of(State::Placed, "Sanne"), &edited, Repeat::Meant).unwrap();
            assert!(refused.contains("another order"), "{refused}");
        }
    }

    #[test]
    fn the_receipt_of_another_order_is_kept_even_if_again_is_meant() {
        let other = for_another_person(&order("Fenna"));
        for repeat in [Repeat::Refuse, Repeat::Meant] {
            let refused = refusal(&of(State::Unknown, "Sanne"), &other, repeat).unwrap();
            assert!(refused.contains("--receipt PATH"), "{refused}");
        }
    }

    #[test]
    fn what_a_receipt_says_is_shown_without_control_characters() {
        let mut receipt = of(State::Unknown, "Sanne");
        receipt.latest.host = "https://example.com/\u{1b}[2J\u{202e}".into();
        let refused = refusal(&receipt, &order("Sanne"), Repeat::Refuse).unwrap();
        assert!(!refused.contains(['\u{1b}', '\u{202e}']), "{refused}");
    }
}
