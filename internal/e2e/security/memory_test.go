//go:build unix

package security

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

// The answers of this file would fill the memory of whoever reads them
// without a bound.

// endless sends a JSON text without an end.
func endless(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	refuseRecords(w, r)
	block := strings.Repeat("a", 1<<20)
	for ok := write(w, `{"value":"`); ok; ok = write(w, block) {
	}
}

// declared announces a terabyte, and sends it.
func declared(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Length", fmt.Sprint(1<<40))
	endless(w, r)
}

// zeroes is 64 MB in 64 KB.
var zeroes = sync.OnceValue(func() string {
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	block := make([]byte, 1<<20)
	for range 64 {
		if _, err := writer.Write(block); err != nil {
			panic(err) // A buffer takes everything.
		}
	}
	if err := writer.Close(); err != nil {
		panic(err) // A buffer takes everything.
	}
	return packed.String()
})

// bomb sends gigabytes in a few megabytes, whether gzip was asked for or not.
func bomb(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Encoding", "gzip")
	refuseRecords(w, r)
	for range 64 {
		if !write(w, zeroes()) {
			return
		}
	}
}

// jsonAnswer sends a document of some megabytes.
func jsonAnswer(status int, before, repeated, between, after string, megabytes int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		times := (megabytes<<20 - len(before) - len(after)) / len(repeated+between)
		write(w, before+strings.Repeat(repeated+between, times-1)+repeated+after)
	}
}

// deep nests lists or errors further than anybody reads.
func deep(status int, open, shut string, levels int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		write(w, strings.Repeat(open, levels)+strings.Repeat("m", 1<<20)+strings.Repeat(shut, levels))
	}
}

// wide are the documents of each service with as many tiny elements as its
// client reads at all.
var wide = map[string]http.HandlerFunc{
	"resource manager":  jsonAnswer(200, `{"value":[`, `{}`, `,`, `]}`, 31),
	"entra discovery":   jsonAnswer(200, `{"token_endpoint":"x","a":[`, `{}`, `,`, `]}`, 31),
	"entra token":       jsonAnswer(200, `{"access_token":"x","a":[`, `{}`, `,`, `]}`, 31),
	"managed identity":  jsonAnswer(200, `{"access_token":"x","a":[`, `{}`, `,`, `]}`, 31),
	"instance metadata": jsonAnswer(200, `{"compute":{"vmId":"1","name":"x","tags":"a:b`, `;`, ``, `"}}`, 3),
	"data collector":    jsonAnswer(400, `{"Error":"x","a":[`, `{}`, `,`, `]}`, 31),
	"logs ingestion":    jsonAnswer(400, `{"error":{"code":"x","details":[`, `{}`, `,`, `]}}`, 31),
	"log query":         jsonAnswer(200, `{"tables":[{"name":"x","columns":[],"rows":[`, `[]`, `,`, `]}]}`, 31),
	"iam password":      jsonAnswer(201, `{"token":{"expires_at":"2099-01-01T00:00:00Z","a":[`, `{}`, `,`, `]}}`, 15),
	"iam projects":      jsonAnswer(200, `{"projects":[`, `{}`, `,`, `]}`, 15),
	"cloud firewall":    jsonAnswer(200, `{"data":{"total":1,"records":[`, `{}`, `,`, `]}}`, 15),
	"ecs metadata":      jsonAnswer(200, `{"credential":{"access":"x","a":[`, `{}`, `,`, `]}}`, 15),
}

// floods returns the answers for one service, in the order in which they
// are tried.
func floods(name string) map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"endless":      endless,
		"declared":     declared,
		"gzip bomb":    bomb,
		"wide":         wide[name],
		"deep lists":   deep(403, "[", "]", 100_000),
		"deep errors":  deep(400, `{"error":{"code":"c","message":"m","details":[{"code":"c","message":"`, `"}]}}`, 1),
		"nested cause": deep(400, `{"error":{"message":"x"},"details":[`, `]}`, 3_000),
	}
}

// mostMemory is what the provider may take at most, while it is answered
// with gigabytes: a few times what the largest answer takes that it reads, and
// what the race detector adds where it runs.
const mostMemory = (300 << 20) * raceDetectorFactor

// TestNoAnswerFillsTheMemory runs every client in a process of its own, lets
// it meet each flood, and reads how much memory the process had at its peak.
func TestNoAnswerFillsTheMemory(t *testing.T) {
	t.Parallel()
	forEachVictim(t, func(t *testing.T, v victim) {
		t.Helper()
		_, name, _ := strings.Cut(t.Name(), "/")
		name = strings.ReplaceAll(name, "_", " ")
		cloud := acctest.StartCloud(t, cloudsim.Options{})
		servers := map[string]*server{}
		var tasks []flood
		for flooding, handler := range floods(name) {
			hostile := v.serve(t, handler)
			servers[flooding] = hostile
			tasks = append(tasks, flood{flooding, hostile.URL, v.environment(cloud, hostile.URL)})
		}
		reports, peak := floodChild(t, cloud, name, tasks)
		if peak > mostMemory {
			t.Errorf("the peak was %d MB", peak>>20)
		}
		for _, report := range reports {
			told := slices.Concat(report.Errors, report.Warnings)
			if len(told) != 1 || len(told[0]) > mostErrorText {
				t.Errorf("%s: %d errors and warnings: %.500q", report.Name, len(told), told)
			}
			if requests := len(servers[report.Name].requests()); requests == 0 || requests > 8 {
				t.Errorf("%s: %d requests", report.Name, requests)
			}
			t.Logf("%s: %s, %d MB sent, %.600s", report.Name, report.Elapsed, servers[report.Name].written.Load()>>20, told)
		}
		t.Logf("peak %d MB", peak>>20)
	})
}

// floodChild runs this test binary again as the provider's process, and
// returns its peak resident memory in bytes.
func floodChild(t *testing.T, cloud *cloudsim.Cloud, name string, tasks []flood) ([]floodReport, int64) {
	t.Helper()
	encoded, err := json.Marshal(tasks)
	if err != nil {
		t.Fatal(err)
	}
	const longest = 90 * time.Second
	ctx, cancel := context.WithTimeout(t.Context(), longest)
	defer cancel()
	child := exec.CommandContext(ctx, os.Args[0]) //nolint:gosec // it is this program
	child.Env = append(os.Environ(), childTask+"="+name, childFloods+"="+string(encoded))
	for _, variable := range cloud.Env() {
		child.Env = append(child.Env, variable.Name+"="+variable.Value)
	}
	alive, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := child.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	_ = alive.Close() // Wait has closed it.
	_, text, found := strings.Cut(string(output), "REPORTS ")
	var reports []floodReport
	if err := json.NewDecoder(strings.NewReader(text)).Decode(&reports); !found || err != nil || len(reports) != len(tasks) {
		t.Fatalf("%v\n%.2000s", err, output)
	}
	usage, ok := child.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		t.Fatalf("%T", child.ProcessState.SysUsage())
	}
	if own := reports[len(reports)-1].Peak; own > 0 {
		// Linux counts in what the parent had when it forked.
		return reports, own
	}
	unit := int64(1 << 10)
	if runtime.GOOS == "darwin" {
		unit = 1
	}
	return reports, usage.Maxrss * unit
}
