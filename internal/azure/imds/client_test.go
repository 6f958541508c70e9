package imds_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/imds"
	simulator "github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds/imdstest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait/waittest"
)

func TestTenCallersShareOneRequest(t *testing.T) {
	t.Parallel()
	s := imdstest.Start(t, nil, simulator.Options{RequestsPerSecond: 5})
	client, _ := newClient(t, s, imds.Config{})
	var callers sync.WaitGroup
	for range 10 {
		callers.Go(func() {
			document, err := client.Instance(t.Context(), imds.InstanceOptions{})
			if err != nil || document.APIVersionUsed != "2025-04-07" {
				t.Errorf("%v %v", document, err)
			}
		})
	}
	callers.Wait()
	if _, err := client.Instance(t.Context(), imds.InstanceOptions{}); err != nil {
		t.Error(err)
	}
	if got := s.Core.Journal.Summary(); got["imds Instances_GetMetadata"] != 1 || got["imds LoadBalancer_Get"] != 1 || len(got) != 2 {
		t.Errorf("requests: %v", got)
	}
}

func TestPinsAreSharedSeparately(t *testing.T) {
	t.Parallel()
	s := imdstest.Start(t, nil, simulator.Options{})
	client, _ := newClient(t, s, imds.Config{})
	for range 2 {
		for _, pin := range []string{"2021-02-01", "2019-06-04"} {
			document, err := client.Instance(t.Context(), imds.InstanceOptions{APIVersion: pin})
			if err != nil || document.APIVersionUsed != pin {
				t.Fatalf("%v %v", document, err)
			}
		}
	}
	if got := s.Core.Journal.Count("imds", simulator.OperationInstance); got != 2 {
		t.Errorf("%d requests for two pins", got)
	}
}

func TestA410Of60SecondsIsRiddenOut(t *testing.T) {
	t.Parallel()
	for _, gone := range []time.Duration{60 * time.Second, 70 * time.Second} {
		s := imdstest.Start(t, nil, simulator.Options{RequestsPerSecond: 5})
		s.Fault(t, simcore.Fault{Operation: simulator.OperationInstance, Kind: simcore.KindStatus, Code: http.StatusGone, Times: -1})
		var slept time.Duration
		clock := waittest.NewClock(imdstest.Now(), func(d time.Duration) {
			s.Core.Clock.Advance(d)
			if slept += d; slept >= gone {
				s.Core.Faults.Clear()
			}
		})
		client := imds.NewClient(imds.Config{Endpoint: s.URL}, clock)
		t.Cleanup(client.Close)
		if _, err := client.Instance(t.Context(), imds.InstanceOptions{}); err != nil {
			t.Errorf("gone for %s: %s", gone, err)
		}
		if slept < gone {
			t.Errorf("slept %s only", slept)
		}
		if got := s.Core.Journal.Count("imds", simulator.OperationInstance); got > 25 {
			t.Errorf("%d requests within a minute", got)
		}
	}
}

func TestA410WithoutEndIsReported(t *testing.T) {
	t.Parallel()
	s := imdstest.Start(t, nil, simulator.Options{})
	s.Fault(t, simcore.Fault{Kind: simcore.KindStatus, Code: http.StatusGone, Times: -1})
	client, clock := newClient(t, s, imds.Config{})
	_, err := client.Instance(t.Context(), imds.InstanceOptions{})
	mustContain(t, err, "Instances_GetMetadata", "410 Gone", "attempts in", "host is being updated")
	var refused *imds.Error
	if !errors.As(err, &refused) || refused.Status != http.StatusGone || refused.Elapsed < 70*time.Second || refused.Elapsed > 100*time.Second {
		t.Errorf("%#v", err)
	}
	// A failure is not kept: the next reader asks again.
	s.Core.Faults.Clear()
	if _, err := client.Instance(t.Context(), imds.InstanceOptions{}); err != nil {
		t.Errorf("after the update, %s later: %s", clock.Now().Sub(imdstest.Now()), err)
	}
}

func TestRetryAfterIsObeyed(t *testing.T) {
	t.Parallel()
	seven := 7
	s := imdstest.Start(t, nil, simulator.Options{})
	s.Fault(t, simcore.Fault{Operation: simulator.OperationInstance, Kind: simcore.KindStatus, Code: http.StatusTooManyRequests, RetryAfter: &seven})
	client, clock := newClient(t, s, imds.Config{})
	if _, err := client.Instance(t.Context(), imds.InstanceOptions{}); err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(clock.Sleeps(), 7*time.Second) {
		t.Errorf("slept %v", clock.Sleeps())
	}
}

func TestARetryAfterBeyondTheLimitIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	hour := 3600
	s := imdstest.Start(t, nil, simulator.Options{})
	s.Fault(t, simcore.Fault{Operation: simulator.OperationInstance, Kind: simcore.KindStatus, Code: http.StatusTooManyRequests, RetryAfter: &hour, Times: -1})
	client, clock := newClient(t, s, imds.Config{})
	_, err := client.Instance(t.Context(), imds.InstanceOptions{})
	mustContain(t, err, "429", "Too many requests", "share that limit")
	if waited := clock.Now().Sub(imdstest.Now()); waited > 5*time.Second {
		t.Errorf("waited %s", waited)
	}
}

func TestTransientAnswersAreAskedAgain(t *testing.T) {
	t.Parallel()
	for _, status := range []int{404, 408, 410, 429, 500, 502, 503, 504} {
		s := imdstest.Start(t, nil, simulator.Options{})
		s.Fault(t, simcore.Fault{Operation: simulator.OperationInstance, Kind: simcore.KindStatus, Code: status, Times: 3})
		client, _ := newClient(t, s, imds.Config{})
		if _, err := client.Instance(t.Context(), imds.InstanceOptions{}); err != nil {
			t.Errorf("%d: %s", status, err)
		}
	}
	for _, status := range []int{403, 405, 501} {
		s := imdstest.Start(t, nil, simulator.Options{})
		s.Fault(t, simcore.Fault{Operation: simulator.OperationInstance, Kind: simcore.KindStatus, Code: status, Times: -1})
		client, _ := newClient(t, s, imds.Config{})
		var refused *imds.Error
		if _, err := client.Instance(t.Context(), imds.InstanceOptions{}); !errors.As(err, &refused) || refused.Status != status {
			t.Errorf("%d: %v", status, err)
		}
		if got := s.Core.Journal.Count("imds", simulator.OperationInstance); got != 1 {
			t.Errorf("%d was asked %d times", status, got)
		}
	}
}

func TestA404WithoutEndIsBounded(t *testing.T) {
	t.Parallel()
	s := imdstest.Start(t, nil, simulator.Options{})
	s.Fault(t, simcore.Fault{Operation: simulator.OperationInstance, Kind: simcore.KindStatus, Code: 404, Times: -1})
	client, _ := newClient(t, s, imds.Config{})
	_, err := client.Instance(t.Context(), imds.InstanceOptions{APIVersion: "2021-02-01"})
	mustContain(t, err, "404", "Not found")
	if got := s.Core.Journal.Count("imds", simulator.OperationInstance); got != 7 {
		t.Errorf("%d requests, want one, and one with five repetitions", got)
	}
}

func TestCutConnections(t *testing.T) {
	t.Parallel()
	for _, kind := range []simcore.Kind{simcore.KindReset, simcore.KindDropAfterCommit} {
		s := imdstest.Start(t, nil, simulator.Options{})
		client, _ := newClient(t, s, imds.Config{})
		s.Fault(t, simcore.Fault{Kind: kind})
		if _, err := client.Instance(t.Context(), imds.InstanceOptions{}); err != nil {
			t.Errorf("%s: %s", kind, err)
		}
		s.Fault(t, simcore.Fault{Kind: kind, Times: -1})
		_, err := client.Instance(t.Context(), imds.InstanceOptions{APIVersion: "2019-06-04"})
		mustContain(t, err, "Instances_GetMetadata", "connection failed", "attempts in")
		if _, ok := errors.AsType[*imds.UnavailableError](err); ok {
			t.Errorf("a service that had answered is not missing: %s", err)
		}
	}
}

func TestOneCallersEndDoesNotHarmTheOthers(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		once.Do(func() { close(arrived) })
		select {
		case <-release:
		case <-r.Context().Done():
			return
		}
		simcore.WriteJSON(w, http.StatusOK, map[string]map[string]string{"compute": {"name": "web", "vmId": "02aab8a4"}})
	})
	client := newClientAt(t, server.URL)
	first, end := context.WithCancel(t.Context())
	failed := make(chan error)
	go func() {
		_, err := client.Instance(first, imds.InstanceOptions{})
		failed <- err
	}()
	<-arrived
	others := make(chan error, 3)
	for range 3 {
		go func() {
			_, err := client.Instance(t.Context(), imds.InstanceOptions{})
			others <- err
		}()
	}
	end()
	close(release)
	if err := <-failed; err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("the first: %v", err)
	}
	for range 3 {
		if err := <-others; err != nil {
			t.Errorf("another: %v", err)
		}
	}
}

func TestTheLastCallersEndStopsTheWork(t *testing.T) {
	t.Parallel()
	stopped := make(chan struct{})
	arrived := make(chan struct{})
	server := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
		close(stopped)
	})
	client := newClientAt(t, server.URL)
	ctx, end := context.WithCancel(t.Context())
	go func() { <-arrived; end() }()
	_, err := client.Instance(ctx, imds.InstanceOptions{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	mustContain(t, err, "Instances_GetMetadata")
	<-stopped
}

func TestRequestsAreSpaced(t *testing.T) {
	t.Parallel()
	s := imdstest.Start(t, nil, simulator.Options{RequestsPerSecond: 5})
	client, clock := newClient(t, s, imds.Config{})
	for range 12 {
		if _, err := client.LoadBalancer(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for _, request := range s.Core.Journal.Requests() {
		if request.Status != http.StatusOK {
			t.Errorf("%+v", request)
		}
	}
	if passed := clock.Now().Sub(imdstest.Now()); passed < 2*time.Second || passed > 3*time.Second {
		t.Errorf("twelve requests took %s, want 11 times 200 ms", passed)
	}
}

func TestHeadersAndLogs(t *testing.T) {
	t.Parallel()
	var seen http.Header
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen = r.Header.Clone()
		simcore.WriteJSON(w, http.StatusOK, map[string]map[string]string{"compute": {"vmId": "02aab8a4", "userData": "Y2FuYXJ5LXNlY3JldA=="}})
	})
	var lines logs
	client := imds.NewClient(imds.Config{Endpoint: server.URL, UserAgent: "terraform-provider-cloudtap/1.2.3", Log: lines.log}, waittest.NewClock(imdstest.Now(), nil))
	t.Cleanup(client.Close)
	if _, err := client.Instance(t.Context(), imds.InstanceOptions{}); err != nil {
		t.Fatal(err)
	}
	if seen.Get("Metadata") != "true" || seen.Get("User-Agent") != "terraform-provider-cloudtap/1.2.3" || len(seen.Get("x-ms-client-request-id")) != 36 || seen.Get("X-Forwarded-For") != "" {
		t.Errorf("headers %v", seen)
	}
	all := strings.Join(lines.lines, "\n")
	if !strings.Contains(all, "operation=Instances_GetMetadata") || !strings.Contains(all, seen.Get("x-ms-client-request-id")) || strings.Contains(all, "Y2FuYXJ5") {
		t.Errorf("log: %s", all)
	}
}
