// Command benchtable reads the output of `go test -bench` on standard input,
// and prints what internal/e2e/bench measured beside the targets, as a Markdown
// table. With -write it puts the table between the markers of a file.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"golang.org/x/perf/benchfmt"
)

func main() {
	write := flag.String("write", "", "also put the table into this `file`, between its markers")
	flag.Parse()
	if err := run(os.Stdin, os.Stdout, *write); err != nil {
		fmt.Fprintln(os.Stderr, "benchtable:", err)
		os.Exit(1)
	}
}

func run(input io.Reader, output io.Writer, write string) error {
	measured, err := read(input)
	if err != nil {
		return err
	}
	table, err := render(measured, rows)
	if err != nil {
		return err
	}
	cli, err := cliVersion()
	if err != nil {
		return err
	}
	table = machine(cli) + "\n\n" + table
	if _, err := fmt.Fprint(output, "\n", table); err != nil {
		return err
	}
	if write == "" {
		return nil
	}
	text, err := os.ReadFile(write)
	if err != nil {
		return err
	}
	replaced, err := replace(string(text), table)
	if err != nil {
		return fmt.Errorf("%s: %w", write, err)
	}
	return os.WriteFile(write, []byte(replaced), 0o644) //nolint:gosec // a file of the repository, which all may read
}

// metric is one number of a benchmark.
type metric struct{ benchmark, unit string }

// read collects the metrics of all benchmarks. Of one that ran several times
// the last counts.
func read(input io.Reader) (map[metric]float64, error) {
	measured := map[metric]float64{}
	reader := benchfmt.NewReader(input, "standard input")
	for reader.Scan() {
		switch record := reader.Result().(type) {
		case *benchfmt.Result:
			for _, value := range record.Values {
				unit, number := value.Unit, value.Value
				if value.OrigUnit != "" {
					unit, number = value.OrigUnit, value.OrigValue
				}
				measured[metric{string(record.Name.Base()), unit}] = number
			}
		case *benchfmt.SyntaxError:
			return nil, record
		}
	}
	if err := reader.Err(); err != nil {
		return nil, err
	}
	if len(measured) == 0 {
		return nil, errors.New("there is no output of a benchmark on standard input: go test -run '^$' -bench . ./internal/e2e/bench | go run ./internal/cmd/benchtable")
	}
	return measured, nil
}
