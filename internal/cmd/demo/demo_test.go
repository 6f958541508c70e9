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
	if err := run(t.Context(), &output, filepath.Join("..", "..", ".."), ""); err != nil {
		t.Fatalf("%v\n%s", err, output.String())
	}
	rest := output.String()
	for _, part := range []string{
		"Running: ", "The simulated clock moves on a minute", "azure_capture", `"status": "Stopped"`, `"stop_reason": "TimeExceeded"`, `"storage_path": "https://`,
		"azure_tls", `"established": `, `"median_handshake_rtt": "20.`, `"refused": 0`, `"shop.contoso.com": `,
		"huawei_capture", `"capture_size"`, `"status": "completed"`,
		"recorded", `"Cloud": "Azure"`, `"Name": "demo-tls"`, `"Cloud": "Huawei Cloud"`, `"Name": "demo-dns"`,
		"Planning again: no changes", "Requests to refresh the Azure capture: 1.",
		"Destroy complete! Resources: 4 destroyed.", "No capture is left",
	} {
		at := strings.Index(rest, part)
		if at < 0 {
			t.Fatalf("the demo does not tell %q, or not in this order:\n%s", part, output.String())
		}
		rest = rest[at:]
	}
}
