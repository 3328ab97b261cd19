//! CPU and memory of a task: a pair that Fargate offers, or a reason why not.

/// Which memory goes with which CPU: CPU units, least and most MiB, and the step between
/// (AWS documentation, "Task definition parameters for Fargate", task size).
const OFFERS: [(u32, u32, u32, u32); 7] = [
    (256, 512, 2048, 1024),
    (512, 1024, 4096, 1024),
    (1024, 2048, 8192, 1024),
    (2048, 4096, 16384, 1024),
    (4096, 8192, 30720, 1024),
    (8192, 16384, 61440, 4096),
    (16384, 32768, 122_880, 8192),
];

/// What is wrong with the CPU alone.
pub(super) fn complain_of_cpu(cpu: u32) -> Option<String> {
    if OFFERS.iter().any(|offer| offer.0 == cpu) {
        return None;
    }
    let all = OFFERS.map(|offer| offer.0.to_string()).join(", ");
    Some(format!(
        "Fargate does not offer {cpu} CPU units. Choose one of {all} (1024 are one vCPU)."
    ))
}

/// What is wrong with the memory, given a CPU that is offered.
pub(super) fn complain_of_memory(cpu: u32, memory: u32) -> Option<String> {
    let (_, least, most, step) = *OFFERS.iter().find(|offer| offer.0 == cpu)?;
    let offered: Vec<u32> = match cpu {
        // The smallest size is the one that does not go up in equal steps.
        256 => vec![512, 1024, 2048],
        _ => (least..=most).step_by(step as usize).collect(),
    };
    if offered.contains(&memory) {
        return None;
    }
    let below = offered.iter().rev().find(|offer| **offer < memory);
    let above = offered.iter().find(|offer| **offer > memory);
    let near = match (below, above) {
        (Some(below), Some(above)) => format!("The nearest are {below} and {above}"),
        (below, above) => format!("The nearest is {}", below.or(above)?),
    };
    Some(format!(
        "Fargate does not offer {memory} MiB with `cpu` {cpu}. {near}; all are {}.",
        in_words(&offered, step)
    ))
}

fn in_words(offered: &[u32], step: u32) -> String {
    match offered {
        [first, .., last] if offered.len() > 4 => format!("{first} to {last} in steps of {step}"),
        few => few.iter().map(u32::to_string).collect::<Vec<_>>().join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::{complain_of_cpu, complain_of_memory};

    #[test]
    fn what_fargate_offers_is_accepted() {
        for (cpu, memory) in [(256, 512), (256, 2048), (512, 1024), (1024, 8192), (16384, 122_880)]
        {
            assert_eq!(complain_of_cpu(cpu), None);
            assert_eq!(complain_of_memory(cpu, memory), None, "{cpu}/{memory}");
        }
    }

    #[test]
    fn what_it_does_not_offer_is_told_with_what_it_does() {
        assert_eq!(
            complain_of_memory(256, 1000).as_deref(),
            Some(
                "Fargate does not offer 1000 MiB with `cpu` 256. The nearest are 512 and 1024; all are \
                 512, 1024, 2048."
            )
        );
        assert_eq!(
            complain_of_memory(512, 9000).as_deref(),
            Some(
                "Fargate does not offer 9000 MiB with `cpu` 512. The nearest is 4096; all are 1024, \
                 2048, 3072, 4096."
            )
        );
        assert!(complain_of_cpu(100).is_some());
    }
}
