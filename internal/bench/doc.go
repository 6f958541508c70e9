// Package bench measures the provider as a whole process, with a real CLI and
// the simulated clouds. Its tests are benchmarks: run them with make bench.
package bench
