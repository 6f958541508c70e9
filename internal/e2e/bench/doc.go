// Package bench measures the provider as a whole process: the released program
// itself, and with a real CLI on the simulated clouds. Its benchmarks run with
// make bench.
package bench
