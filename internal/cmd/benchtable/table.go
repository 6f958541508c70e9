package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cli"
)

// row is a line of the table.
type row struct {
	// measure says what is measured.
	measure string
	metric
	// format shows the number, with its unit.
	format string
	// target is the largest number that meets it; nil where there is none.
	target *float64
	// needs names a program without which the number is not measured; empty for none.
	needs string
	// missed says why a target is not met, if that is known.
	missed string
}

// render fails if a number is missing.
func render(measured map[metric]float64, rows []row) (string, error) {
	var table strings.Builder
	table.WriteString("| measure | target | measured | met |\n| --- | --- | --- | --- |\n")
	var missing []error
	for _, r := range rows {
		value, ok := measured[r.metric]
		if !ok && r.needs != "" {
			fmt.Fprintf(&table, "| %s | %s | | not measured: %s is not installed |\n", r.measure, r.limit(), r.needs)
			continue
		}
		if !ok {
			missing = append(missing, fmt.Errorf("no %q of Benchmark%s was measured", r.unit, r.benchmark))
			continue
		}
		target, met := "", ""
		if r.target != nil {
			target, met = r.limit(), r.judge(value)
		}
		fmt.Fprintf(&table, "| %s | %s | %s | %s |\n", r.measure, target, fmt.Sprintf(r.show(value), value), met)
	}
	return table.String(), errors.Join(missing...)
}

// show is the format of a number: whole ones are shown as such.
func (r row) show(value float64) string {
	if value == float64(int64(value)) {
		return strings.NewReplacer("%.1f", "%.0f", "%.2f", "%.0f").Replace(r.format)
	}
	return r.format
}

func (r row) limit() string { return "≤ " + fmt.Sprintf(r.show(*r.target), *r.target) }

func (r row) judge(value float64) string {
	switch {
	case value <= *r.target:
		return "yes"
	case r.missed != "":
		return "no: " + r.missed
	default:
		return "no"
	}
}

// The markers, which are comments in Markdown.
const (
	beginMarker = "<!-- numbers: begin (made by make bench WRITE=internal/e2e/bench/README.md) -->"
	endMarker   = "<!-- numbers: end -->"
)

// replace puts the table between the markers of a text.
func replace(text, table string) (string, error) {
	before, rest, found := strings.Cut(text, beginMarker)
	_, after, ended := strings.Cut(rest, endMarker)
	if !found || !ended {
		return "", fmt.Errorf("no place for the table: it needs the lines %q and %q", beginMarker, endMarker)
	}
	return before + beginMarker + "\n" + table + endMarker + after, nil
}

// machine says what the numbers were measured on.
func machine(cli string) string {
	return "Measured on " + runtime.GOOS + "/" + runtime.GOARCH + " with " + strconv.Itoa(runtime.NumCPU()) + " CPUs, " +
		strings.Replace(runtime.Version(), "go", "Go ", 1) + " and " + cli + "."
}

// cliVersion is the name and version of the CLI that the benchmarks take.
func cliVersion() (string, error) {
	path, err := cli.Find(os.Getenv, exec.LookPath)
	if err != nil {
		return "", err
	}
	version, err := cli.VersionOf(context.Background(), path)
	if err != nil {
		return "", err
	}
	return version.String(), nil
}
