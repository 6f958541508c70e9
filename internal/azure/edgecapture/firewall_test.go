package edgecapture_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/edgecapture"
)

const (
	idle      = `{"statusCode":"AzureFirewallPacketCaptureNotInProgress","message":"No packet capture in progress. You can start a new packet capture."}`
	running   = `{"statusCode":"AzureFirewallPacketCaptureInProgress","message":"Packet capture in progress. Please wait till it is finished or stop the current capture before starting another."}`
	started   = `{"statusCode":"AzureFirewallPacketCaptureStartSucceeded","message":""}`
	completed = `{"statusCode":"AzureFirewallPacketCaptureCompleted","message":"Packet capture completed successfully. Ready to start a new packet capture"}`
)

// says lets a firewall say these things, the last one again and again.
func (f *fake) says(statuses ...string) {
	f.onPost = func(w http.ResponseWriter, _ request) {
		f.result = statuses[0]
		if len(statuses) > 1 {
			statuses = statuses[1:]
		}
		f.accept(w, true, true)
	}
}

func capture(t *testing.T) edgecapture.FirewallCapture {
	t.Helper()
	return edgecapture.FirewallCapture{
		FileName: "web", MaxPackets: 1000, TimeInSeconds: 60, Protocol: "TCP", Flags: []string{"syn"}, Container: container(t),
		Filters: []edgecapture.FirewallFilter{{Sources: []string{"10.0.0.4"}, Destinations: []string{"10.1.0.0/24"}, DestinationPorts: []int64{443, 80}}},
	}
}

func (f *fake) operations() string {
	var operations []string
	for _, post := range f.posts() {
		if name, ok := post.body["operation"].(string); ok {
			operations = append(operations, name)
		}
	}
	return strings.Join(operations, " ")
}

func TestAFirewallCaptureFromStartToEnd(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.says(running, idle, started, running, running, completed)
	began, err := f.client.StartFirewall(t.Context(), firewall, capture(t))
	if err != nil {
		t.Fatal(err)
	}
	defer began.Release()
	if status, err := began.Wait(t.Context()); err != nil || !status.Running() {
		t.Fatalf("%v, %v", status, err)
	}
	var seen []string
	end, err := f.client.WaitFirewallEnded(t.Context(), firewall, time.Time{}, func(_ context.Context, status edgecapture.FirewallStatus) { seen = append(seen, string(status.Code)) })
	if err != nil || end.Code != edgecapture.FirewallCompleted || end.Partial() || len(seen) != 2 {
		t.Errorf("%v, %v, seen %v", end, err, seen)
	}
	if got := f.operations(); got != "Status Status Start Status Status Status Status" {
		t.Errorf("sent %s", got)
	}
	start := f.posts()[2]
	if start.path != firewall.String()+"/packetCaptureOperation" || start.body["sasUrl"] != container(t).Secret() || start.body["durationInSeconds"] != 60.0 || start.body["numberOfPacketsToCapture"] != 1000.0 {
		t.Errorf("sent %v", start)
	}
	for _, post := range append(f.posts()[:2], f.posts()[3:]...) {
		if len(post.body) != 1 {
			t.Errorf("a status was asked for with more than the operation: %v", post.body)
		}
	}
	f.expectNoSecret(nil)
}

func TestWhoHoldsAFirewall(t *testing.T) {
	t.Parallel()
	t.Run("somebody else", func(t *testing.T) {
		t.Parallel()
		f := newFake(t)
		f.says(running)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		f.onSleep = func(time.Duration) {
			if f.clock.Now().Sub(noon) > time.Minute {
				cancel()
			}
		}
		_, err := f.client.StartFirewall(ctx, firewall, capture(t))
		busy := new(edgecapture.BusyError)
		if !errors.As(err, &busy) || busy.Holder != "" || !strings.Contains(azure.Describe(err).String(), "this run did not start") || strings.Contains(f.operations(), "Start") {
			t.Errorf("got %v, sent %s", err, f.operations())
		}
	})
	t.Run("this run", func(t *testing.T) {
		t.Parallel()
		f := newFake(t)
		f.says(idle, started, running)
		first, err := f.client.StartFirewall(t.Context(), firewall, capture(t))
		if err != nil {
			t.Fatal(err)
		}
		other := firewall
		other.Name = "HUB" // The same firewall.
		for _, released := range []bool{false, true} {
			ctx, cancel := context.WithCancel(t.Context())
			if released {
				first.Release()
				var slept atomic.Int64
				f.onSleep = func(time.Duration) {
					if slept.Add(1) == 6 {
						cancel()
					}
				}
			} else {
				cancel()
			}
			_, err = f.client.StartFirewall(ctx, other, capture(t))
			busy := new(edgecapture.BusyError)
			if !errors.As(err, &busy) || busy.Holder != "web" || busy.Ends.Sub(noon) < time.Minute || busy.Ends.Sub(noon) > 2*time.Minute {
				t.Errorf("released %v: got %v", released, err)
			}
			cancel()
		}
	})
}

func TestAStartThatIsTooLate(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.says(idle, running)
	began, err := f.client.StartFirewall(t.Context(), firewall, capture(t))
	if err != nil {
		t.Fatal(err)
	}
	defer began.Release()
	_, err = began.Wait(t.Context())
	if busy := new(edgecapture.BusyError); !errors.As(err, &busy) {
		t.Errorf("got %v", err)
	}
}

// TestAStartThatDidNotBegin leaves the last capture of the process what it was: a
// destroy of that one would take a later one for its end.
func TestAStartThatDidNotBegin(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		says   string
		begins bool
	}{
		"busy": {running, false}, "failed": {`{"statusCode":"AzureFirewallPacketCaptureStartFailed"}`, false}, "no answer": {"{}", true}, "started": {started, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			for _, said := range []string{started, test.says} {
				f.says(idle, said)
				began, err := f.client.StartFirewall(t.Context(), firewall, capture(t))
				if err != nil {
					t.Fatal(err)
				}
				if _, err := began.Wait(t.Context()); (err != nil) != (said == running || said == "{}") {
					t.Errorf("%s: %v", said, err)
				}
				began.Release()
				if err := f.client.Sleep(t.Context(), f.client.Now().Add(time.Hour)); err != nil {
					t.Fatal(err)
				}
			}
			last, release, err := f.client.HoldFirewall(t.Context(), firewall)
			if err != nil {
				t.Fatal(err)
			}
			release()
			if last.After(noon.Add(time.Hour)) != test.begins {
				t.Errorf("the last one began at %s", last)
			}
		})
	}
}

// TestOneLookIsNoEnd: it counts when the next one says the same.
func TestOneLookIsNoEnd(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		says  []string
		end   edgecapture.FirewallCode
		looks int
	}{
		"it runs":              {[]string{running}, edgecapture.FirewallInProgress, 1},
		"both agree":           {[]string{completed}, edgecapture.FirewallCompleted, 2},
		"it runs all the same": {[]string{idle, running}, edgecapture.FirewallInProgress, 2},
		"another end":          {[]string{completed, idle}, edgecapture.FirewallNotInProgress, 3},
		"no word":              {[]string{idle, "{}"}, "", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			f.says(test.says...)
			status, err := f.client.ConfirmedFirewallStatus(t.Context(), firewall)
			if looks := len(f.posts()); status.Code != test.end || (err != nil) != (test.end == "") || looks != test.looks {
				t.Errorf("%s, %v after %d looks", status, err, looks)
			}
		})
	}
	t.Run("a wait", func(t *testing.T) {
		t.Parallel()
		f := newFake(t)
		f.says(running, completed, running, completed)
		if end, err := f.client.WaitFirewallEnded(t.Context(), firewall, time.Time{}, nil); err != nil || end.Code != edgecapture.FirewallCompleted || len(f.posts()) != 5 {
			t.Errorf("%s, %v after %d looks", end, err, len(f.posts()))
		}
	})
	t.Run("interrupted", func(t *testing.T) {
		t.Parallel()
		f := newFake(t)
		f.says(idle)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		f.onSleep = func(time.Duration) { cancel() }
		if status, err := f.client.ConfirmedFirewallStatus(ctx, firewall); !errors.Is(err, context.Canceled) || status.Code != "" {
			t.Errorf("%s, %v", status, err)
		}
	})
}

// TestWordsThatAnswerNoStart leave it open what became of the start.
func TestWordsThatAnswerNoStart(t *testing.T) {
	t.Parallel()
	for code, open := range map[edgecapture.FirewallCode]bool{
		edgecapture.FirewallCompleted: true, edgecapture.FirewallStopSucceeded: true, edgecapture.FirewallNotInProgress: true, "": true, "Paused": true,
		edgecapture.FirewallStartSucceeded: false, edgecapture.FirewallFailed: false, edgecapture.FirewallStartFailedToUpload: false, edgecapture.FirewallNotImplemented: false,
	} {
		f := newFake(t)
		f.says(idle, `{"statusCode":"`+string(code)+`"}`)
		began, err := f.client.StartFirewall(t.Context(), firewall, capture(t))
		if err != nil {
			t.Fatal(err)
		}
		_, err = began.Wait(t.Context())
		began.Release()
		if uncertain := new(edgecapture.UncertainError); errors.As(err, &uncertain) != open || (err != nil) != open || open && !strings.Contains(err.Error(), string(code)) {
			t.Errorf("%s: %v", code, err)
		}
	}
}

func TestStopOfAFirewall(t *testing.T) {
	t.Parallel()
	for code, stops := range map[edgecapture.FirewallCode]bool{
		edgecapture.FirewallStopSucceeded: true, edgecapture.FirewallNotInProgress: true,
		edgecapture.FirewallCompleted: false, edgecapture.FirewallFailed: false, edgecapture.FirewallInProgress: false, edgecapture.FirewallNotImplemented: false,
		edgecapture.FirewallStartFailed: false, edgecapture.FirewallStartFailedToUpload: false, edgecapture.FirewallStartFailure: false, edgecapture.FirewallStartSucceeded: false, "": false,
	} {
		f := newFake(t)
		f.says(`{"statusCode":"` + string(code) + `","message":"It said so."}`)
		err := f.client.StopFirewall(t.Context(), firewall)
		if (err == nil) != stops || f.operations() != "Stop" || err != nil && code != "" && !strings.Contains(err.Error(), string(code)+" (It said so.)") {
			t.Errorf("%s: %v, sent %s", code, err, f.operations())
		}
	}
}

func TestFirewallCodes(t *testing.T) {
	t.Parallel()
	remedy := map[edgecapture.FirewallCode]string{
		edgecapture.FirewallStartFailedToUpload: "container", edgecapture.FirewallNotImplemented: "management NIC", edgecapture.FirewallStartFailure: "management NIC",
		edgecapture.FirewallStartFailed: "management NIC", edgecapture.FirewallFailed: "",
	}
	for code, word := range remedy {
		details := azure.Describe(edgecapture.FirewallStatus{Code: code, Message: "No."}.Err())
		if details.Code != string(code) || details.Message != "No." || !strings.Contains(strings.Join(details.Next, " "), word) {
			t.Errorf("%s: %+v", code, details)
		}
	}
	for _, code := range []edgecapture.FirewallCode{edgecapture.FirewallCompleted, edgecapture.FirewallInProgress, edgecapture.FirewallNotInProgress, edgecapture.FirewallStopSucceeded, edgecapture.FirewallStartSucceeded} {
		status := edgecapture.FirewallStatus{Code: code}
		if status.Err() != nil || status.Running() != slices.Contains([]edgecapture.FirewallCode{edgecapture.FirewallInProgress, edgecapture.FirewallStartSucceeded}, code) {
			t.Errorf("%s: %v, running %v", code, status.Err(), status.Running())
		}
	}
	for message, partial := range map[string]bool{
		"Packet capture completed successfully. Ready to start a new packet capture": false, "": false,
		"Packet capture completed on 1 of 2 instances.": true, "Packet capture completed successfully on 2 of 3 instances": true,
	} {
		if got := (edgecapture.FirewallStatus{Code: edgecapture.FirewallCompleted, Message: message}).Partial(); got != partial {
			t.Errorf("%q: partial %v", message, got)
		}
	}
}

// TestAnErrorBesideAStatusCode is no answer to any operation.
func TestAnErrorBesideAStatusCode(t *testing.T) {
	t.Parallel()
	with := func(said string) string {
		return strings.Replace(said, "{", `{"error":{"code":"Boom","message":"No."},`, 1)
	}
	f := newFake(t)
	f.says(idle, with(started), with(idle))
	began, err := f.client.StartFirewall(t.Context(), firewall, capture(t))
	if err != nil {
		t.Fatal(err)
	}
	defer began.Release()
	_, err = began.Wait(t.Context())
	if uncertain := new(edgecapture.UncertainError); !errors.As(err, &uncertain) || azure.Describe(err).Code != "Boom" {
		t.Errorf("start: %v", err)
	}
	if _, err := f.client.FirewallStatus(t.Context(), firewall); azure.Describe(err).Code != "Boom" {
		t.Errorf("status: %v", err)
	}
	if err := f.client.StopFirewall(t.Context(), firewall); azure.Describe(err).Code != "Boom" {
		t.Errorf("stop: %v", err)
	}
}
