package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const output = `goos: linux
goarch: amd64
pkg: github.com/cloudtap/terraform-provider-cloudtap/internal/e2e/bench
cpu: Some CPU
BenchmarkStart-2   	       1	51862 ns/op	        51.25 MB	         7.000 median-ms
BenchmarkCount-2   	     100	12176852 ns/op	         3.000 requests
PASS
ok  	github.com/cloudtap/terraform-provider-cloudtap/internal/e2e/bench	309.748s
`

func TestTable(t *testing.T) {
	t.Parallel()
	measured, err := read(strings.NewReader(output))
	if err != nil {
		t.Fatal(err)
	}
	table, err := render(measured, []row{
		{measure: "start", metric: metric{"Start", "median-ms"}, format: "%.1f ms", target: new(7.0)},
		{measure: "memory", metric: metric{"Start", "MB"}, format: "%.1f MB", target: new(30.5), missed: "it grew"},
		{measure: "requests", metric: metric{"Count", "requests"}, format: "%.0f", target: new(2.0)},
		{measure: "time", metric: metric{"Start", "ns/op"}, format: "%.2f ns"},
		{measure: "oracle", metric: metric{"Start", "oracle-ratio"}, format: "%.1f times", target: new(2.0), needs: "tshark"},
	})
	want := `| measure | target | measured | met |
| --- | --- | --- | --- |
| start | ≤ 7 ms | 7 ms | yes |
| memory | ≤ 30.5 MB | 51.2 MB | no: it grew |
| requests | ≤ 2 | 3 | no |
| time |  | 51862 ns |  |
| oracle | ≤ 2 times | | not measured: tshark is not installed |
`
	if err != nil || table != want {
		t.Errorf("got %v\n%s\nwant\n%s", err, table, want)
	}
}

func TestMissingNumbersAreTold(t *testing.T) {
	t.Parallel()
	measured, err := read(strings.NewReader(output))
	if err != nil {
		t.Fatal(err)
	}
	_, err = render(measured, []row{{metric: metric{"Start", "km"}}, {metric: metric{"Other", "MB"}}})
	if err == nil || !strings.Contains(err.Error(), `no "km" of BenchmarkStart`) || !strings.Contains(err.Error(), `no "MB" of BenchmarkOther`) {
		t.Errorf("got %v", err)
	}
	for name, input := range map[string]string{"nothing": "PASS\n", "malformed": "BenchmarkStart-2 1 51862\n"} {
		if _, err := read(strings.NewReader(input)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestReplace(t *testing.T) {
	t.Parallel()
	text := "before\n" + beginMarker + "\nold\n" + endMarker + "\nafter\n"
	for range 2 {
		var err error
		if text, err = replace(text, "new\n"); err != nil {
			t.Fatal(err)
		}
	}
	if want := "before\n" + beginMarker + "\nnew\n" + endMarker + "\nafter\n"; text != want {
		t.Errorf("got %q, want %q", text, want)
	}
	for _, text := range []string{"", beginMarker, endMarker + beginMarker} {
		if replaced, err := replace(text, "new"); err == nil {
			t.Errorf("%q became %q", text, replaced)
		}
	}
}

// TestTheReadmeOfTheBenchmarksHasAllRows fails when a row was added, or a target changed, and
// the README's table was not made again.
func TestTheReadmeOfTheBenchmarksHasAllRows(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile(filepath.Join("..", "..", "e2e", "bench", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		target := ""
		if r.target != nil {
			one, err := render(map[metric]float64{r.metric: *r.target}, []row{r})
			if err != nil {
				t.Fatal(err)
			}
			target = strings.Split(strings.Split(one, "\n")[2], "|")[2]
		} else {
			target = "  "
		}
		if line := "| " + r.measure + " |" + target + "|"; !strings.Contains(string(readme), line) {
			t.Errorf("the README has no line that begins with %q: make bench WRITE=internal/e2e/bench/README.md", line)
		}
	}
}
