package edgecapture_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/edgecapture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

const inGroup = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/edge/providers/Microsoft.Network/"

func target(t *testing.T, id string) edgecapture.VPNTarget {
	t.Helper()
	found, err := edgecapture.ParseVPNTarget(inGroup + id)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestEachTargetHasItsOwnOperations(t *testing.T) {
	t.Parallel()
	for id, want := range map[string][2]string{
		"virtualNetworkGateways/gw":         {"virtualNetworkGateways/gw/startPacketCapture", "virtualNetworkGateways/gw/stopPacketCapture"},
		"Connections/office":                {"connections/office/startPacketCapture", "connections/office/stopPacketCapture"},
		"vpnGateways/hub":                   {"vpnGateways/hub/startpacketcapture", "vpnGateways/hub/stoppacketcapture"},
		"vpnGateways/hub/vpnConnections/c1": {"vpnGateways/hub/vpnConnections/c1/startpacketcapture", "vpnGateways/hub/vpnConnections/c1/stoppacketcapture"},
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			on := target(t, id)
			started, err := f.client.StartVPN(t.Context(), on, []string{"link1"}, "{}")
			if err == nil {
				err = started.Wait(t.Context())
			}
			if err == nil {
				_, err = f.client.StopVPN(t.Context(), on, []string{"link1"}, container(t))
			}
			if err != nil {
				t.Fatal(err)
			}
			f.expectNoSecret(nil)
			posts := f.posts()
			if len(posts) != 2 || posts[0].path != inGroup+want[0] || posts[1].path != inGroup+want[1] {
				t.Fatalf("sent %v", posts)
			}
			if posts[0].body["filterData"] != "{}" || posts[1].body["sasUrl"] != container(t).Secret() || posts[0].body["linkConnectionNames"] == nil {
				t.Errorf("sent %v", posts)
			}
		})
	}
}

func TestIdsThatAreNone(t *testing.T) {
	t.Parallel()
	for _, id := range []string{
		"", "hub", inGroup + "azureFirewalls/hub", inGroup + "vpnGateways", inGroup + "virtualNetworkGateways/gw/", inGroup + "virtualNetworkGateways/../x",
		inGroup + "connections/a?b=c", inGroup + "vpnGateways/hub/vpnConnections/c1/vpnLinkConnections/l1", "https://management.azure.com" + inGroup + "connections/a",
		"/subscriptions//resourceGroups/edge/providers/Microsoft.Network/connections/a", inGroup + "connections/a%2fb",
	} {
		if found, err := edgecapture.ParseVPNTarget(id); err == nil || !strings.Contains(err.Error(), "vpnConnections/{name}") {
			t.Errorf("%q: %+v, %v", id, found, err)
		}
		if found, err := edgecapture.ParseFirewallID(strings.Replace(id, "azureFirewalls", "firewalls", 1)); err == nil {
			t.Errorf("%q: %+v", id, found)
		}
	}
}

// TestResultsAreStringsInStrings has what was recorded, what is published, and
// what else may come, as the result of a start and of a stop.
func TestResultsAreStringsInStrings(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		result string
		// async is the end of the Azure-AsyncOperation, if it is not plain.
		async      string
		failed, no bool
		// word is whether it is the Azure-AsyncOperation alone that says something.
		word bool
	}{
		"recorded":              {result: `"{\"Status\":\"Successful\",\"Data\":\"\"}"`},
		"published":             {result: `"{"Status":"Successful","Data":null}"`},
		"an object":             {result: `{"Status":"Successful","Data":""}`},
		"nothing":               {result: ``, word: true},
		"blanks":                {result: `  `, word: true},
		"an empty text":         {result: `""`, word: true},
		"null":                  {result: `null`, word: true},
		"a failure inside":      {result: `"{\"Status\":\"Failed\",\"Data\":\"No space left.\"}"`, failed: true},
		"no data":               {result: `{"status":"Successful"}`, no: true},
		"an error inside":       {result: `"{\"Status\":\"Successful\",\"Data\":\"\",\"error\":{\"code\":\"Boom\"}}"`, no: true},
		"an error beside":       {result: `{"status":"Successful","data":null,"error":{"code":"Boom","message":"No."}}`, no: true},
		"an error at the end":   {async: `{"status":"Succeeded","error":{"code":"Boom","message":"No."}}`, no: true},
		"no error at the end":   {async: `{"status":"Succeeded","error":null}`, word: true},
		"a page":                {result: `<html>Sign in</html>`, no: true},
		"another object":        {result: `{"error":{"code":"ProxyBroke","message":"It broke."}}`, no: true},
		"a number":              {result: `42`, no: true},
		"a body that broke off": {result: brokenOff, no: true},
	} {
		for headers, with := range map[string][2]bool{"both headers": {true, true}, "Location only": {false, true}, "Azure-AsyncOperation only": {true, false}} {
			t.Run(name+", "+headers, func(t *testing.T) {
				t.Parallel()
				if test.async != "" && !with[0] {
					return
				}
				f := newFake(t)
				f.onPost = func(w http.ResponseWriter, _ request) {
					f.result, f.polls = test.result, []string{`{"status":"InProgress"}`}
					if test.async != "" {
						f.polls = append(f.polls, test.async)
					}
					f.accept(w, with[0], with[1])
				}
				failed, no := test.failed, test.no || test.word && !with[0]
				if !with[1] {
					failed, no = false, test.no && test.async != "" // There is no other result than its word.
				}
				for operation, err := range f.startAndStop(t) {
					isFailed, noAnswer := new(edgecapture.FailedError), new(edgecapture.AnswerError)
					if errors.As(err, &isFailed) != failed || errors.As(err, &noAnswer) != (no && test.result != brokenOff) || (err != nil) != (failed || no) {
						t.Errorf("%s: %v", operation, err)
					}
					f.expectNoSecret(err)
				}
			})
		}
	}
}

// startAndStop makes both of one gateway and returns what they fail with.
func (f *fake) startAndStop(t *testing.T) map[string]error {
	t.Helper()
	on, ended := target(t, "virtualNetworkGateways/gw"), map[string]error{}
	started, err := f.client.StartVPN(t.Context(), on, nil, "")
	if err == nil {
		err = started.Wait(t.Context())
	}
	ended["start"] = err
	_, ended["stop"] = f.client.StopVPN(t.Context(), on, nil, container(t))
	return ended
}

// TestAnswersAtOnce are results as well.
func TestAnswersAtOnce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		code int
		body string
		says string
		done bool
	}{
		"published":     {200, `"{"Status":"Successful","Data":null}"`, "", true},
		"no content":    {204, ``, "", false},
		"empty":         {200, ``, "", false},
		"null":          {200, `null`, "", false},
		"an error":      {200, `{"status":"successful","error":{"code":"Boom"}}`, "Boom", false},
		"only a status": {200, `{"status":"successful"}`, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			f.onPost = func(w http.ResponseWriter, _ request) {
				w.WriteHeader(test.code)
				f.write(w, test.body)
			}
			for operation, err := range f.startAndStop(t) {
				noAnswer := new(edgecapture.AnswerError)
				if (err == nil) != test.done || errors.As(err, &noAnswer) == test.done || azure.Describe(err).Code != test.says {
					t.Errorf("%s: %v", operation, err)
				}
			}
		})
	}
}

// TestTheRecordedFailureOfAStop replays what the service did with a SAS that had
// expired: it accepted it, was busy for two minutes, and failed.
func TestTheRecordedFailureOfAStop(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	for range 5 {
		f.polls = append(f.polls, `{"status":"InProgress"}`)
	}
	f.polls = append(f.polls, `{"status":"Failed","error":{"code":"NoPacketCaptureResponseDataFound","message":"An internal error occured. The response did not contain any data. Please check storage for the capture.","details":[]}}`) //nolint:misspell // The service spells it so.
	sent, err := f.client.StopVPN(t.Context(), target(t, "virtualNetworkGateways/gw"), nil, container(t))
	failed := new(edgecapture.FailedError)
	details := azure.Describe(err)
	if !errors.As(err, &failed) || details.Code != "NoPacketCaptureResponseDataFound" || len(details.Next) != 4 || details.RequestID != "request-1" || !sent || !edgecapture.NothingRuns(err) {
		t.Errorf("got %v: %+v", err, details)
	}
	f.expectNoSecret(err)
}

// TestWhatBecameOfARequest tells requests that the service certainly refused
// from those that it may have acted on.
func TestWhatBecameOfARequest(t *testing.T) {
	t.Parallel()
	status := func(code int, body string) func(*fake, http.ResponseWriter, request) {
		return func(f *fake, w http.ResponseWriter, r request) {
			w.WriteHeader(code)
			// Gateways have been seen to quote what they refuse.
			f.write(w, strings.Replace(body, "QUOTED", fmt.Sprint(r.body["sasUrl"]), 1))
		}
	}
	for name, test := range map[string]struct {
		answer    func(*fake, http.ResponseWriter, request)
		uncertain bool
	}{
		"bad request":  {status(400, `{"error":{"code":"BadRequest","message":"sasUrl=QUOTED is refused"}}`), false},
		"conflict":     {status(409, `{"error":{"code":"Conflict","message":"no"}}`), false},
		"forbidden":    {status(403, `{"error":{"code":"AuthorizationFailed","message":"no"}}`), false},
		"throttled":    {status(429, ``), false},
		"no data":      {status(400, `{"error":{"code":"NoPacketCaptureResponseDataFound","message":"no"}}`), false},
		"no data, 503": {status(503, `{"error":{"code":"NoPacketCaptureResponseDataFound","message":"no"}}`), true},
		"server error": {status(503, `{"error":{"code":"ServerBusy","message":"no"}}`), true},
		"cut off":      {func(*fake, http.ResponseWriter, request) { panic(http.ErrAbortHandler) }, true},
		"broken off": {func(f *fake, w http.ResponseWriter, _ request) {
			w.Header().Set("Content-Length", "100")
			f.accept(w, true, true)
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Error(err)
			}
			panic(http.ErrAbortHandler)
		}, true},
		"beyond the limits": {func(f *fake, w http.ResponseWriter, _ request) {
			w.WriteHeader(http.StatusAccepted)
			f.write(w, `"`+strings.Repeat("{", 600_000)+`"`)
		}, true},
		"no address": {func(f *fake, w http.ResponseWriter, _ request) { f.accept(w, false, false) }, true},
		"a broken address": {func(_ *fake, w http.ResponseWriter, _ request) {
			w.Header().Set("Location", "nowhere?t="+pollCanary)
			w.WriteHeader(202)
		}, true},
		"another host": {func(_ *fake, w http.ResponseWriter, _ request) {
			w.Header().Set("Location", "https://127.0.0.1:1/x?t="+pollCanary)
			w.WriteHeader(202)
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			f.onPost = func(w http.ResponseWriter, r request) { test.answer(f, w, r) }
			on := target(t, "virtualNetworkGateways/gw")
			started, err := f.client.StartVPN(t.Context(), on, nil, "")
			if err == nil {
				err = started.Wait(t.Context())
			}
			f.expectNoSecret(err)
			uncertain, failed := new(edgecapture.UncertainError), new(edgecapture.FailedError)
			if name != "another host" && errors.As(err, &uncertain) != test.uncertain || err == nil || errors.As(err, &failed) {
				t.Errorf("got %v", err)
			}
			posts := len(f.posts())
			if posts != 1 && name != "throttled" || name == "throttled" && posts < 3 {
				t.Errorf("the start was sent %d times", posts)
			}
			sent, stopErr := f.client.StopVPN(t.Context(), on, nil, container(t))
			if stopErr == nil || name != "throttled" && len(f.posts()) != 2 || sent != (test.uncertain || name == "another host") || edgecapture.NothingRuns(stopErr) != (name == "no data") {
				t.Errorf("stop: %v after %d requests, may have acted: %v", stopErr, len(f.posts()), sent)
			}
			f.expectNoSecret(stopErr)
		})
	}
}

func TestAnInterruptedWaitTellsTheLastState(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	for range 100 {
		f.polls = append(f.polls, `{"status":"InProgress"}`)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	slept := 0
	f.onSleep = func(time.Duration) {
		if slept++; slept == 3 {
			cancel()
		}
	}
	started, err := f.client.StartVPN(ctx, target(t, "vpnGateways/hub"), nil, "")
	if err != nil {
		t.Fatal(err)
	}
	err = started.Wait(ctx)
	interrupted := new(wait.Interrupted)
	if !errors.As(err, &interrupted) || interrupted.LastState != "InProgress" || !strings.Contains(err.Error(), `VPN gateway "hub"`) {
		t.Errorf("got %v", err)
	}
}

// TestAnAnswerThatComesWithTheEndIsNotJudged has the context end when the first
// answer to a poll has come, and is not yet handed on.
func TestAnAnswerThatComesWithTheEndIsNotJudged(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.polls = []string{`{"status":"InProgress"}`}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	f.onLog = func(fields map[string]string) {
		if strings.Contains(fields["url"], "/operations/") {
			cancel()
		}
	}
	started, err := f.client.StartVPN(ctx, target(t, "vpnGateways/hub"), nil, "")
	if err != nil {
		t.Fatal(err)
	}
	err = started.Wait(ctx)
	if noAnswer := new(edgecapture.AnswerError); !errors.Is(err, context.Canceled) || errors.As(err, &noAnswer) || strings.Contains(err.Error(), "no status") {
		t.Errorf("got %v", err)
	}
}

func TestFilterDataHasAllMembers(t *testing.T) {
	t.Parallel()
	for want, filter := range map[string]edgecapture.FilterData{
		`{"TracingFlags":11,"MaxPacketBufferSize":120,"MaxFileSize":100,"Filters":[]}`: {TracingFlags: 11, MaxPacketBufferSize: 120, MaxFileSize: 100},
		`{"TracingFlags":1,"MaxPacketBufferSize":1500,"MaxFileSize":200,"Filters":[{"SourceSubnets":["20.1.1.0/24"],"DestinationSubnets":[],"SourcePort":[],` +
			`"DestinationPort":[4500],"Protocol":[6],"TcpFlags":16,"CaptureSingleDirectionTrafficOnly":true}]}`: {
			TracingFlags: edgecapture.TraceESP, MaxPacketBufferSize: 1500, MaxFileSize: 200,
			Filters: []edgecapture.InnerFilter{{SourceSubnets: []string{"20.1.1.0/24"}, DestinationPort: []int64{4500}, Protocol: []int64{6}, TCPFlags: 16, CaptureSingleDirectionTrafficOnly: true}},
		},
	} {
		if got := filter.String(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
