//! What was found of one person's orders: as JSON, as text, and as an exit code.

use certcentral::Verdict;
use certcentral::model::OrderId;
use certcentral::transport::{Candidate, Match};
use certcentral_journal::{Looked, Obstacle};
use jiff::Timestamp;
use serde::Serialize;

use crate::commands::refusal::local;
use crate::exit::Exit;
use crate::show::paint;
use crate::show::shell::Commands;
use crate::show::terminal::printable;

/// It serialises as `find --format json` prints it.
#[derive(Debug, Serialize)]
pub(crate) struct Finding<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    verdict: &'static str,
    order_id: Option<OrderId>,
    candidates: Vec<&'a Candidate>,
    /// From when on an order may be said not to exist.
    #[serde(skip_serializing_if = "Option::is_none")]
    look_from: Option<Timestamp>,
    #[serde(skip)]
    looked: Vec<&'a Looked>,
}

impl<'a> Finding<'a> {
    /// What the journal knows as placed, and what was looked for.
    pub(crate) fn new(
        reference: Option<String>,
        placed: Option<OrderId>,
        looked: Vec<&'a Looked>,
    ) -> Self {
        let found = looked.iter().filter(|it| it.obstacle.is_none());
        let found = found.filter_map(|it| it.report.order_id()).next();
        let verdicts = looked.iter().map(|it| match it.obstacle {
            Some(Obstacle::OwnedBy(_)) => Verdict::Ambiguous,
            _ => it.report.verdict,
        });
        let worst = verdicts.max_by_key(|verdict| match verdict {
            Verdict::Found(_) => 3,
            Verdict::Ambiguous => 2,
            Verdict::TooEarly => 1,
            Verdict::NotFound => 0,
        });
        let order_id = found.or(placed);
        let verdict = match (worst, order_id) {
            (Some(Verdict::Ambiguous), None) => "ambiguous",
            (Some(Verdict::TooEarly), None) => "too_early",
            (_, Some(_)) => "found",
            (_, None) => "not_found",
        };
        let mut candidates: Vec<&Candidate> = Vec::new();
        for candidate in looked.iter().flat_map(|it| &it.report.candidates) {
            if !candidates.contains(&candidate) {
                candidates.push(candidate);
            }
        }
        let look_from = looked.iter().map(|it| it.look_from).max();
        let look_from = look_from.filter(|_| matches!(verdict, "too_early" | "ambiguous"));
        Self { reference, verdict, order_id, candidates, look_from, looked }
    }

    pub(crate) fn is_open(&self) -> bool {
        matches!(self.verdict, "too_early" | "ambiguous")
    }

    pub(crate) fn exit(&self) -> Exit {
        if self.verdict == "found" { Exit::Success } else { Exit::NotFound }
    }

    /// What was found, what that means, and what to do next.
    pub(crate) fn render(&self, commands: &Commands) -> String {
        let mut lines = match (self.verdict, self.order_id) {
            ("found", Some(id)) => self.found(id, commands),
            ("not_found", _) => self.not_found(commands),
            ("too_early", _) => self.too_early(commands),
            _ => self.ambiguous(commands),
        };
        if let Some(reference) = &self.reference {
            lines[0] = format!("{}: {}", printable(reference), lines[0]);
        }
        if self.looked.len() > 1 {
            let verdicts: Vec<&str> =
                self.looked.iter().map(|it| it.report.verdict.as_str()).collect();
            lines.push(format!(
                "The open attempts, the oldest first: {}",
                verdicts.join(", ").replace('_', " ")
            ));
        }
        lines.join("\n")
    }

    fn found(&self, id: OrderId, commands: &Commands) -> Vec<String> {
        let by = if self.looked.is_empty() { "the journal has it" } else { "it was placed" };
        let mut lines = vec![format!("{}: order {id}, {by}", paint::success("found"))];
        let of_it = self.candidates.iter().filter(|candidate| candidate.order_id == Some(id));
        lines.extend(of_it.map(|candidate| describe(candidate)));
        lines.push(format!("See how it goes on with: {}", commands.status(id)));
        lines
    }

    fn not_found(&self, commands: &Commands) -> Vec<String> {
        let by = if self.looked.is_empty() {
            "the journal knows of no order for this person that exists or may exist"
        } else {
            "both lists were read whole, late enough, and it is in neither"
        };
        let mut lines = vec![format!("{}: {by}", paint::warning("not found"))];
        if self.reference.is_none() {
            lines.push("To place the order:".into());
            lines.push(format!("  {}", commands.on_file("order")));
        }
        lines
    }

    fn too_early(&self, commands: &Commands) -> Vec<String> {
        let longest = self.looked.iter().map(|it| it.report.settles_in).max().unwrap_or_default();
        let at = Timestamp::now().saturating_add(longest).unwrap_or(Timestamp::MAX);
        vec![
            format!("{}: it is in neither list, and may still appear", paint::warning("too early")),
            format!("Do not send it again. From {} on look again with:", local(at)),
            format!("  {}", commands.find()),
            "Waiting costs nothing; --wait does it for you.".into(),
        ]
    }

    fn ambiguous(&self, commands: &Commands) -> Vec<String> {
        let what = match self.candidates.len() {
            0 => "it was not seen, and that does not prove that it was not placed",
            1 => "one order may be it",
            _ => "several orders may be it",
        };
        let mut lines = vec![format!("{}: {what}", paint::warning("ambiguous"))];
        lines.extend(self.candidates.iter().map(|candidate| describe(candidate)));
        if self.looked.iter().any(|it| !it.report.lists_are_whole) {
            lines.push("  the lists could not be read whole, or not freshly".into());
        }
        if self.looked.iter().any(|it| it.entry.has_evidence) {
            lines.push(
                "  an answer spoke for the order: only a person can say that it is not there"
                    .into(),
            );
        }
        if self.looked.iter().any(|it| matches!(it.obstacle, Some(Obstacle::OwnedBy(_)))) {
            lines.push("  the order that was found is recorded as that of another attempt".into());
        }
        lines.push(
            "Do not send it again before a person has looked in CertCentral. Then say what it is:"
                .into(),
        );
        for option in ["--accept ORDER_ID", "--not ORDER_ID", "--absent"] {
            lines.push(format!("  {}", commands.on_file(&format!("find {option}"))));
        }
        lines
    }
}

/// A candidate on a line.
fn describe(candidate: &Candidate) -> String {
    let mut line = match candidate.order_id {
        Some(id) => format!("  order {id}"),
        None => {
            let ids: Vec<String> = candidate.request_ids.iter().map(ToString::to_string).collect();
            format!("  request {}", ids.join(", "))
        }
    };
    if let Some(status) = &candidate.status {
        line.push_str(&format!(", {status}"));
    }
    if let Some(date) = &candidate.date_created {
        line.push_str(&format!(", created {date}"));
    }
    let matched: Vec<&str> = candidate.matched.iter().map(|matched| word(*matched)).collect();
    if !matched.is_empty() {
        line.push_str(&format!(", same {}", matched.join(", ")));
    }
    printable(&line).into_owned()
}

fn word(matched: Match) -> &'static str {
    match matched {
        Match::OrderId => "id as in the answer",
        Match::Product => "product",
        Match::Individual => "individual",
        Match::Name => "name",
        Match::Email => "email address",
        _ => "other things",
    }
}
