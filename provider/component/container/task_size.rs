//! CPU and memory of a task: a pair that Fargate offers, or a reason why not.

use super::inputs::ContainerArgs;
use crate::component::inputs::presets::Defaults;
use crate::property::Output;

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

/// CPU units and memory of a task. Where only one is given, the other goes with it: a default that
/// Fargate does not offer would be an error about something that nobody wrote.
pub(super) fn of(args: &ContainerArgs, defaults: &Defaults) -> (Output<u32>, Output<u32>) {
    let (cpu, memory) = (args.cpu(defaults), args.memory(defaults));
    match (&args.cpu, &args.memory) {
        (Some(_), None) => {
            let fitting = cpu.clone().map(|cpu| memory_for(cpu, defaults)).from_input("memory");
            (cpu, fitting)
        }
        (None, Some(_)) => {
            let fitting = memory.clone().map(|memory| cpu_for(memory, defaults)).from_input("cpu");
            (fitting, memory)
        }
        _ => (cpu, memory),
    }
}

/// The least memory that is offered with this CPU.
fn memory_for(cpu: u32, defaults: &Defaults) -> u32 {
    OFFERS.iter().find(|offer| offer.0 == cpu).map_or(defaults.memory, |offer| offer.1)
}

/// The default if it is offered with this memory, else the least that is.
fn cpu_for(memory: u32, defaults: &Defaults) -> u32 {
    let all = std::iter::once(defaults.cpu).chain(OFFERS.map(|offer| offer.0));
    let mut fitting = all.filter(|cpu| complain_of_memory(*cpu, memory).is_none());
    fitting.next().unwrap_or(defaults.cpu)
}

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

/// What is wrong with memory that no CPU goes with.
pub(super) fn complain_of_any(memory: u32) -> Option<String> {
    let mut offered = OFFERS.map(memories).concat();
    offered.sort_unstable();
    let near = nearest(&offered, memory)?;
    Some(format!("Fargate does not offer {memory} MiB with any `cpu`. {near}."))
}

/// What is wrong with the memory, given a CPU that is offered.
pub(super) fn complain_of_memory(cpu: u32, memory: u32) -> Option<String> {
    let offer = *OFFERS.iter().find(|offer| offer.0 == cpu)?;
    let offered = memories(offer);
    let near = nearest(&offered, memory)?;
    Some(format!(
        "Fargate does not offer {memory} MiB with `cpu` {cpu}. {near}; all are {}.",
        in_words(&offered, offer.3)
    ))
}

fn memories((cpu, least, most, step): (u32, u32, u32, u32)) -> Vec<u32> {
    match cpu {
        // The smallest size is the one that does not go up in equal steps.
        256 => vec![512, 1024, 2048],
        _ => (least..=most).step_by(step as usize).collect(),
    }
}

/// The neighbours among what is offered, in ascending order; none if it is offered itself.
fn nearest(offered: &[u32], memory: u32) -> Option<String> {
    if offered.contains(&memory) {
        return None;
    }
    let below = offered.iter().rev().find(|offer| **offer < memory);
    let above = offered.iter().find(|offer| **offer > memory);
    Some(match (below, above) {
        (Some(below), Some(above)) => format!("The nearest are {below} and {above}"),
        (below, above) => format!("The nearest is {}", below.or(above)?),
    })
}

fn in_words(offered: &[u32], step: u32) -> String {
    match offered {
        [first, .., last] if offered.len() > 4 => format!("{first} to {last} in steps of {step}"),
        few => few.iter().map(u32::to_string).collect::<Vec<_>>().join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::{ContainerArgs, Defaults, complain_of_cpu, complain_of_memory, of};
    use crate::component::inputs::presets::Preset;
    use crate::property::Output;

    #[test]
    fn one_of_the_two_follows_the_other() {
        let size = |preset, cpu: Option<u32>, memory: Option<u32>| {
            let args = ContainerArgs {
                cpu: cpu.map(Output::from),
                memory: memory.map(Output::from),
                ..ContainerArgs::default()
            };
            let (cpu, memory) = of(&args, &Defaults::of(preset));
            (cpu.known().copied(), memory.known().copied())
        };
        for (cpu, memory) in [(256, 512), (1024, 2048), (4096, 8192), (16384, 32768)] {
            assert_eq!(size(None, Some(cpu), None), (Some(cpu), Some(memory)));
            assert_eq!(complain_of_memory(cpu, memory), None);
        }
        assert_eq!(size(None, None, None), (Some(512), Some(1024)));
        assert_eq!(size(None, None, Some(4096)), (Some(512), Some(4096)));
        assert_eq!(size(None, None, Some(512)), (Some(256), Some(512)));
        assert_eq!(size(None, None, Some(8192)), (Some(1024), Some(8192)));
        assert_eq!(size(Some(Preset::Dev), None, Some(4096)), (Some(512), Some(4096)));
        assert_eq!(size(None, Some(2048), Some(8192)), (Some(2048), Some(8192)));
        let unknown = ContainerArgs { cpu: Some(Output::unknown()), ..ContainerArgs::default() };
        assert_eq!(of(&unknown, &Defaults::of(None)).1.known(), None);
    }

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
