//! Flows that are known, and what they would lose.

use super::*;

fn network(gains: &[i128], focuses: &[Bounds], homes: &[Bounds]) -> Network {
    let (allowed, pinned) = (vec![true; gains.len()], vec![false; gains.len()]);
    Network::new(Demands { focuses: focuses.to_vec(), homes: homes.to_vec(), allowed, pinned }, gains.to_vec())
}

fn losses(network: &mut Network) -> Vec<Option<i128>> {
    network.losses(&|| Ok(())).unwrap()
}

#[test]
fn takes_the_best_and_knows_what_else_would_lose() {
    let one = Bounds::exactly(1);
    let mut network = network(&[5, 4, 4, 1], &[one; 2], &[one; 2]);
    assert!(network.maximise(&|| Ok(())).unwrap());
    // 4 + 4 beats 5 + 1.
    assert_eq!(network.assigned, [false, true, true, false]);
    assert_eq!(losses(&mut network), [Some(2); 4]);
}

#[test]
fn meets_requirements_that_cost_and_says_when_it_cannot() {
    let (any, one) = (Bounds::between(0, 2), Bounds::exactly(1));
    let mut costly = network(&[-3, -5, 2, -1], &[any; 2], &[one; 2]);
    costly.pinned[0] = true;
    assert!(costly.maximise(&|| Ok(())).unwrap());
    assert_eq!(costly.assigned, [true, false, false, true]);
    assert_eq!(losses(&mut costly), [None, Some(4), None, Some(4)]);
    let mut impossible = network(&[1, 1], &[Bounds::exactly(2)], &[one, Bounds::exactly(0)]);
    assert!(!impossible.maximise(&|| Ok(())).unwrap());
}

#[test]
fn a_flip_loses_what_was_said_whichever_side_is_shorter() {
    let (any, one) = (Bounds::between(0, 2), Bounds::exactly(1));
    let (three, gains) = ([one; 3], [5, 4, 1, 3, 4, 1, 2, 3, 3, 3, 0, 2]);
    for (focuses, homes) in [(&[any; 4][..], &three[..]), (&three[..], &[any; 4][..])] {
        let mut network = network(&gains, focuses, homes);
        assert!(network.maximise(&|| Ok(())).unwrap());
        let gain = |network: &Network| (0..12).filter(|&p| network.assigned[p]).map(|p| gains[p]).sum::<i128>();
        let (before, losses) = (network.clone(), losses(&mut network));
        for (pair, &loss) in losses.iter().enumerate() {
            let mut flipped = before.clone();
            assert_eq!(flipped.flip(pair, BLOCKED), loss);
            assert_ne!(flipped.assigned[pair], before.assigned[pair]);
            assert_eq!(loss, Some(gain(&before) - gain(&flipped)));
            assert!(flipped.meets_requirements());
        }
    }
}

#[test]
fn a_flow_that_is_cut_short_knows_what_is_missing_at_most() {
    let (any, gains) = (Bounds::between(0, 2), [9, 4, 1, 3, 7, 1, 2, 3, 3, 3, 0, 2]);
    let mut whole = network(&gains, &[any; 4], &[Bounds::between(1, 2); 3]);
    assert!(whole.maximise(&|| Ok(())).unwrap());
    let gain = |network: &Network| (0..12).filter(|&p| network.assigned[p]).map(|p| gains[p]).sum::<i128>();
    let mut met = 0;
    for steps in 0..whole.most_steps() {
        let left = std::cell::Cell::new(steps);
        let look = || match left.get().checked_sub(1) {
            Some(rest) => {
                left.set(rest);
                Ok(())
            }
            None => Err(Halt::Up),
        };
        let mut cut = network(&gains, &[any; 4], &[Bounds::between(1, 2); 3]);
        match (cut.maximise(&look), cut.left()) {
            (Err(Halt::Up), Some(missing)) => {
                met += 1;
                assert!(gain(&cut) <= gain(&whole) && gain(&whole) <= gain(&cut) + missing, "{steps}");
            }
            (Err(Halt::Up), None) => assert!(!cut.meets_requirements()),
            (ended, _) => assert!(ended == Ok(true) && gain(&cut) == gain(&whole)),
        }
    }
    assert!(met > 0);
}

#[test]
fn the_grid_keeps_all_bits_of_ordinary_numbers() {
    for largest in [1.0, 0.3, 7e289, 3e-310] {
        let grid = Grid::new(largest);
        for value in [largest, -largest, largest / 3.0, 0.0] {
            assert_eq!(grid.value(grid.steps(value)), value);
        }
    }
}
