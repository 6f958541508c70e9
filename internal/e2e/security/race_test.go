//go:build race

package security

// raceDetectorFactor is how much more memory a program takes with the race
// detector, whose notes of each access count as its own. 507 MB were the
// most that was seen.
const raceDetectorFactor = 3
