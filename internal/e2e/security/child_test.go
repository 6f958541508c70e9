package security

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/process"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait/waittest"
)

type flood struct {
	Name, URL   string
	Environment map[string]string
}

type floodReport struct {
	Name string
	// Peak is the process's peak until now, in bytes; 0 where the system does
	// not tell a process its own.
	Peak     int64
	Errors   []string
	Warnings []string
	Elapsed  time.Duration
}

// ownPeak reads this process's peak where there is a /proc.
func ownPeak() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, text, _ := strings.Cut(string(status), "VmHWM:")
	var kilobytes int64
	if _, err := fmt.Sscan(text, &kilobytes); err != nil {
		return 0
	}
	return kilobytes << 10
}

// endWithParent ends this process once its standard input ends, so that a
// broken bound does not fill the machine's memory for nobody.
func endWithParent() {
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
}

// childTB fails the child process, in which no test runs.
type childTB struct{ testing.TB }

func (childTB) Helper() {}

func (childTB) Fatal(args ...any) {
	fmt.Fprintln(os.Stderr, args...)
	os.Exit(1)
}

func (c childTB) Fatalf(format string, args ...any) { c.Fatal(fmt.Sprintf(format, args...)) }

// meetFloods is TestNoAnswerFillsTheMemory's child process: the client name meets
// each of its floods.
func meetFloods(name string) {
	endWithParent()
	process.TuneMemory(os.Getenv)
	var tasks []flood
	if err := json.Unmarshal([]byte(os.Getenv(childFloods)), &tasks); err != nil {
		childTB{}.Fatal(err)
	}
	slices.SortFunc(tasks, func(a, b flood) int { return strings.Compare(a.Name, b.Name) })
	reports := make([]floodReport, 0, len(tasks))
	for _, task := range tasks {
		getenv := func(variable string) string {
			if value, found := task.Environment[variable]; found {
				return value
			}
			return os.Getenv(variable)
		}
		p := acctest.NewProviderIn(childTB{}, provider.Environment{Getenv: getenv, Clock: waittest.NewClock(time.Now(), nil)}, acctest.Config{})
		start := time.Now()
		diagnostics := victims()[name].call(context.Background(), p, getenv, task.URL)
		reports = append(reports, floodReport{task.Name, ownPeak(), diagnostics.Errors(), diagnostics.Warnings(), time.Since(start)})
	}
	encoded, err := json.Marshal(reports)
	if err != nil {
		childTB{}.Fatal(err)
	}
	_, _ = io.WriteString(os.Stdout, "REPORTS "+string(encoded)+"\n") // The parent fails without it.
}
