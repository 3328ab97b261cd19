//! Which number a rule has among the others of its listener: the program's, or one between those of its neighbours.
//!
//! A number that was chosen stays while the order is right. A rule that is inserted gets one between its neighbours; when the
//! order changes, as few rules as possible move, all of them in one call, which AWS carries out as a whole.

use std::collections::{BTreeMap, BTreeSet};

/// A rule that is there.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct There {
    pub arn: String,
    pub number: u32,
    pub whose: Whose,
}

/// Whose rule it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Whose {
    /// The service's, at this place of its order.
    At(usize),
    /// The service's, which the program does not have any more: it goes when all else is done.
    Leaving,
    /// The same, and ECS moves its traffic: what takes its place comes after it.
    LeavingLast,
    /// Somebody else's.
    Others,
}

/// Where numbers begin, and how far apart they are in the beginning.
#[derive(Clone, Copy, Debug)]
pub(super) struct Range {
    pub start: u32,
    pub step: u32,
}

/// The number of a rule, and other rules that must move first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Numbers {
    pub own: u32,
    /// ARN and number. Among them is the rule itself, if it is there.
    pub moves: Vec<(String, u32)>,
}

/// The last number is that of a rule for all requests.
const MOST: u32 = 49_999;

/// The numbers of a service's rules in their order, of which `me` is or will be there. `first`: before those that leave. None if no
/// number is free.
pub(super) fn chosen(there: &[There], me: usize, first: bool, range: Range) -> Option<Numbers> {
    let mut at: BTreeMap<usize, u32> = there
        .iter()
        .filter_map(
            |it| if let Whose::At(place) = it.whose { Some((place, it.number)) } else { None },
        )
        .collect();
    let live = at.clone();
    at.entry(me).or_insert(0);
    let mut kept = longest_rising(&live);
    let fixed: BTreeSet<u32> =
        there.iter().filter(|it| !matches!(it.whose, Whose::At(_))).map(|it| it.number).collect();
    let leaving: Vec<u32> = there
        .iter()
        .filter(|it| matches!(it.whose, Whose::Leaving | Whose::LeavingLast))
        .map(|it| it.number)
        .collect();
    let chosen = loop {
        let numbered = number(&at, &kept, &fixed, &leaving, (me, first), range);
        match numbered {
            Ok(numbers) => break numbers,
            // No room before this one: it moves too.
            Err(Some(next)) => drop(kept.remove(&next)),
            Err(None) => match kept.pop_last() {
                Some(_) => {}
                None => return None,
            },
        }
    };
    let arn = |place: usize| there.iter().find(|it| it.whose == Whose::At(place));
    let moves = chosen
        .iter()
        .filter(|(place, number)| live.get(place).is_some_and(|it| it != *number))
        .filter_map(|(place, number)| Some((arn(*place)?.arn.clone(), *number)))
        .collect();
    Some(Numbers { own: *chosen.get(&me)?, moves })
}

/// A number for each; or the kept one before which there is no room, none if the end is reached.
fn number(
    at: &BTreeMap<usize, u32>,
    kept: &BTreeMap<usize, u32>,
    fixed: &BTreeSet<u32>,
    leaving: &[u32],
    (me, first): (usize, bool),
    range: Range,
) -> Result<BTreeMap<usize, u32>, Option<usize>> {
    let mut chosen = kept.clone();
    let mut least = 0;
    for &place in at.keys() {
        if let Some(number) = kept.get(&place) {
            least = *number;
            continue;
        }
        let next = kept.range(place..).next();
        let mut most = next.map_or(MOST + 1, |(_, number)| *number);
        let mut above = least;
        if place == me {
            let between = leaving.iter().copied().filter(|it| *it > least && *it < most);
            if first {
                most = between.min().unwrap_or(most);
            } else {
                above = between.max().unwrap_or(above);
            }
        }
        // Those that come before the same neighbour share the room.
        let waiting = at.keys().filter(|it| **it > place && !kept.contains_key(it));
        let waiting = waiting.filter(|it| next.is_none_or(|(next, _)| *it < next)).count();
        let wished = range.start + range.step * u32::try_from(place).unwrap_or(0);
        let open = most > MOST;
        let even = if open {
            if above == 0 { range.start } else { above + range.step }
        } else {
            above + (most - above) / (u32::try_from(waiting).unwrap_or(0) + 2)
        };
        let begin = if wished > above && wished < most { wished } else { even.max(above + 1) };
        let free = |it: &u32| !fixed.contains(it);
        let found =
            (begin..most).find(free).or_else(|| (above + 1..begin.min(most)).rev().find(free));
        let Some(found) = found else { return Err(next.map(|(place, _)| *place)) };
        chosen.insert(place, found);
        least = found;
    }
    Ok(chosen)
}

/// As many as can stay where they are.
fn longest_rising(live: &BTreeMap<usize, u32>) -> BTreeMap<usize, u32> {
    let all: Vec<(usize, u32)> = live.iter().map(|(place, number)| (*place, *number)).collect();
    let mut best: Vec<Vec<usize>> = Vec::new();
    for (index, (_, number)) in all.iter().enumerate() {
        let before = best.iter().filter(|it| it.last().is_some_and(|last| all[*last].1 < *number));
        let mut longest = before.max_by_key(|it| it.len()).cloned().unwrap_or_default();
        longest.push(index);
        best.push(longest);
    }
    let longest = best.into_iter().max_by_key(Vec::len).unwrap_or_default();
    longest.into_iter().map(|index| all[index]).collect()
}

/// The numbers that the program gives, by place. The rule of somebody else that has the one of `me`, if there is one.
pub(super) fn given(there: &[There], numbers: &[u32], me: usize) -> Result<Numbers, String> {
    let own = numbers.get(me).copied().unwrap_or_default();
    if let Some(it) = there.iter().find(|it| it.number == own && it.whose == Whose::Others) {
        return Err(it.arn.clone());
    }
    let taken: BTreeSet<u32> =
        there.iter().filter(|it| it.whose == Whose::Others).map(|it| it.number).collect();
    let mut used: BTreeSet<u32> = numbers.iter().copied().chain(taken.iter().copied()).collect();
    used.extend(there.iter().map(|it| it.number));
    let mut moves = Vec::new();
    for it in there {
        let to = match it.whose {
            Whose::At(place) => numbers.get(place).copied().filter(|to| !taken.contains(to)),
            Whose::Leaving | Whose::LeavingLast if numbers.contains(&it.number) => {
                let below = (1..it.number).rev().find(|to| !used.contains(to));
                let above = (it.number + 1..=MOST).find(|to| !used.contains(to));
                if it.whose == Whose::LeavingLast { below.or(above) } else { above.or(below) }
            }
            _ => None,
        };
        if let Some(to) = to.filter(|to| *to != it.number) {
            used.insert(to);
            moves.push((it.arn.clone(), to));
        }
    }
    Ok(Numbers { own, moves })
}

#[cfg(test)]
mod tests {
    use super::{Numbers, Range, There, Whose, chosen, given};

    const OWN: Range = Range { start: 100, step: 100 };

    fn at(place: usize, number: u32) -> There {
        There { arn: format!("rule{place}"), number, whose: Whose::At(place) }
    }

    fn other(number: u32, whose: Whose) -> There {
        There { arn: format!("other{number}"), number, whose }
    }

    fn at_once(own: u32) -> Numbers {
        Numbers { own, moves: vec![] }
    }

    #[test]
    fn the_first_rules_are_far_apart_whichever_is_created_first() {
        for order in [[0, 1, 2], [2, 0, 1], [2, 1, 0]] {
            let mut there = Vec::new();
            for (me, expected) in order.map(|me| (me, [100, 200, 300][me])) {
                let numbers = chosen(&there, me, false, OWN).expect("free");
                assert_eq!((numbers.own, numbers.moves.len()), (expected, 0));
                there.push(at(me, numbers.own));
            }
        }
    }

    #[test]
    fn what_is_inserted_moves_nothing_while_there_is_room() {
        assert_eq!(chosen(&[at(0, 100), at(2, 200)], 1, false, OWN), Some(at_once(150)));
        assert_eq!(chosen(&[at(1, 100), at(2, 200)], 0, false, OWN), Some(at_once(50)));
        assert_eq!(chosen(&[at(0, 300), at(1, 400)], 2, false, OWN), Some(at_once(500)));
        // Others' numbers are passed over.
        let others = [at(0, 100), other(150, Whose::Others), at(2, 200)];
        assert_eq!(chosen(&others, 1, false, OWN), Some(at_once(151)));
        let full = chosen(&[at(0, 1), at(2, 2), at(3, 300)], 1, false, OWN).expect("free");
        assert_eq!((full.own, full.moves.len()), (200, 1), "{full:?}");
        assert!(full.moves[0].1 > 200 && full.moves[0].1 < 300, "{full:?}");
    }

    #[test]
    fn another_order_moves_as_few_as_possible_in_one_call() {
        // The second and the first have changed places.
        let swapped = chosen(&[at(1, 100), at(0, 200)], 0, false, OWN).expect("free");
        assert_eq!(swapped.moves.len(), 1, "{swapped:?}");
        // The last comes first.
        let first = chosen(&[at(1, 100), at(2, 200), at(0, 300)], 0, false, OWN).expect("free");
        assert_eq!(first, Numbers { own: 50, moves: vec![("rule0".to_owned(), 50)] });
        // The same is seen from where another stands.
        let second = chosen(&[at(1, 100), at(2, 200), at(0, 300)], 1, false, OWN).expect("free");
        assert_eq!(second, Numbers { own: 100, moves: vec![("rule0".to_owned(), 50)] });
        assert_eq!(
            chosen(&[at(0, 7), at(1, 9)], 1, false, OWN),
            Some(at_once(9)),
            "the order is right"
        );
    }

    #[test]
    fn a_rule_whose_traffic_ecs_moves_comes_before_what_it_replaces_and_goes_before_it() {
        let plain = other(200, Whose::Leaving);
        let numbers = chosen(&[at(0, 100), plain, at(2, 300)], 1, true, OWN).expect("free");
        assert!(numbers.own > 100 && numbers.own < 200, "{numbers:?}");
        let moved = other(150, Whose::LeavingLast);
        let numbers = chosen(&[at(0, 100), moved, at(2, 300)], 1, false, OWN).expect("free");
        assert!(numbers.own > 150 && numbers.own < 300, "{numbers:?}");
    }

    #[test]
    fn the_last_number_is_not_chosen() {
        let end = [other(49_999, Whose::Others), at(0, 49_998)];
        let numbers = chosen(&end, 1, false, OWN).expect("free");
        assert!(numbers.own < 49_999 && numbers.moves.len() == 1, "{numbers:?}");
    }

    #[test]
    fn numbers_of_the_program_change_places_in_one_call() {
        let swapped = given(&[at(0, 10), at(1, 20)], &[20, 10], 0).expect("free");
        let moves = [("rule0".to_owned(), 20), ("rule1".to_owned(), 10)];
        assert_eq!(swapped, Numbers { own: 20, moves: moves.to_vec() });
        assert_eq!(given(&[other(10, Whose::Others)], &[10], 0), Err("other10".to_owned()));
        // What leaves makes room.
        let room = given(&[other(10, Whose::Leaving)], &[10, 11], 0).expect("free");
        assert_eq!(room.moves, [("other10".to_owned(), 12)]);
        let before = given(&[other(10, Whose::LeavingLast)], &[10, 11], 0).expect("free");
        assert_eq!(before.moves, [("other10".to_owned(), 9)]);
    }
}
