package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

// event is a line of Terraform's machine-readable output.
type event struct {
	Message    string `json:"@message"`
	Type       string `json:"type"`
	Diagnostic struct {
		Severity string `json:"severity"`
		Summary  string `json:"summary"`
		Detail   string `json:"detail"`
	} `json:"diagnostic"`
}

// printed are the events worth a line.
var printed = map[string]bool{
	"apply_start": true, "apply_progress": true, "apply_complete": true, "apply_errored": true,
	"change_summary": true, "diagnostic": true,
}

// printEvents runs a command and prints the events that matter.
func (d *demo) printEvents(command func(lines io.Writer) error) error {
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := command(writer)
		// The JSON variants of terraform-exec leave their writer behind.
		d.tf.SetStdout(io.Discard)
		done <- err
		_ = writer.CloseWithError(io.EOF) // Never fails, says io.Pipe.
	}()
	warned := map[string]bool{}
	lines := bufio.NewScanner(reader)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil || !printed[e.Type] {
			continue
		}
		text := e.Message
		if e.Type == "diagnostic" {
			text += "\n    " + e.Diagnostic.Detail
			// Terraform reports what a plan and its apply both warn of twice.
			if warned[text] {
				continue
			}
			warned[text] = true
		}
		if _, err := fmt.Fprintln(d.output, "    "+text); err != nil {
			return err
		}
	}
	if err := <-done; err != nil {
		return err
	}
	return lines.Err()
}

// passTime moves the simulated clock on whenever a capture runs, so that
// nobody has to wait for it in earnest. The returned function ends that.
func (d *demo) passTime(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		ticker := time.NewTicker(300 * time.Millisecond)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				if captures := running(d.cloud); len(captures) > 0 {
					say(d.output, "Running: "+strings.Join(captures, ", ")+". The simulated clock moves on a minute.")
					d.cloud.Clock.Advance(time.Minute)
				}
			}
		}
	}()
	return func() { cancel(); <-done }
}

// taskRunning is the status of a running task in CaptureTaskVO.
const taskRunning = 2

// running names the captures that run.
func running(cloud *cloudsim.Cloud) []string {
	var captures []string
	for _, capture := range cloud.ARM.Snapshot().PacketCaptures {
		if capture.Status == "Running" {
			captures = append(captures, "Azure packet capture "+capture.Name)
		}
	}
	for _, task := range cloud.CFW.Tasks() {
		if task.Status == taskRunning {
			captures = append(captures, "Huawei Cloud capture task "+task.Name)
		}
	}
	return captures
}
