//! Links that lead to every point of a graph.
//!
//! When hnsw_rs gives a full point one more link it drops the longest. So points whose neighbours are all crowded
//! end with one link that leads to them, or none, and are never found.

/// So many links lead to a point, where it has neighbours enough.
const LEAST: u32 = 2;

/// Adds links to points that fewer than [`LEAST`] lead to, from those that they link to themselves, nearest first.
/// Nobody has more than `width` links; whoever is full gives up the longest that its end can do without.
pub fn lead_everywhere(links: &mut [Vec<u32>], width: usize) {
    let mut leading = vec![0_u32; links.len()];
    for links in &mut *links {
        links.truncate(width);
        links.iter().for_each(|link| leading[*link as usize] += 1);
    }
    for at in 0..links.len() {
        // Numbers of points are within 32 bits.
        let point = at as u32;
        for from in links[at].clone() {
            if leading[at] >= LEAST {
                break;
            }
            let from = &mut links[from as usize];
            if from.contains(&point) {
                continue;
            }
            if from.len() == width {
                let spare = from.iter().rposition(|link| leading[*link as usize] > LEAST);
                let Some(spare) = spare else { continue };
                leading[from.remove(spare) as usize] -= 1;
            }
            from.push(point);
            leading[at] += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_left_behind_and_nobody_has_too_many() {
        // 0 to 3 know each other; 4 knows 0 and 1, which are full, and 5 knows nobody.
        let crowd = [vec![1, 2, 3], vec![0, 2, 3], vec![0, 1, 3], vec![0, 1, 2]];
        let mut links: Vec<Vec<u32>> = crowd.into_iter().chain([vec![0, 1], vec![]]).collect();
        lead_everywhere(&mut links, 3);
        assert_eq!(
            links,
            [vec![1, 2, 4], vec![0, 3, 4], vec![0, 1, 3], vec![0, 1, 2], vec![0, 1], vec![]]
        );
        let before = links.clone();
        lead_everywhere(&mut links, 3);
        assert_eq!(links, before, "what is led to stays as it is");
        lead_everywhere(&mut links, 2);
        assert!(links.iter().all(|links| links.len() <= 2));
    }
}
