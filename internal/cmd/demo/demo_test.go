package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
)

// TestDemo runs what make demo runs, with the CLI on the PATH.
func TestDemo(t *testing.T) {
	t.Parallel()
	var output bytes.Buffer
	if err := run(t.Context(), &output, filepath.Join("..", "..", "..")); err != nil {
		t.Fatalf("%v\n%s", err, output.String())
	}
	told := output.String()
	for _, part := range []string{
		"Azure packet capture demo-tls is running",
		`"status": "Stopped"`, `"stop_reason": "TimeExceeded"`, `"storage_path": "https://`,
		"Planning again: no changes", "refresh cost 1 request",
		"Destroy complete! Resources: 1 destroyed.", "The simulated clouds are empty again",
	} {
		at := strings.Index(told, part)
		if at < 0 {
			t.Fatalf("the demo does not tell %q, or not in this order:\n%s", part, output.String())
		}
		told = told[at:]
	}
}
