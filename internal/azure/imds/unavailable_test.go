package imds_test

import (
	"errors"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/imds"
	simulator "github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds/imdstest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait/waittest"
)

// foreign is somebody else's answer.
type foreign struct {
	status int
	header map[string]string
	body   string
}

func (f foreign) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html")
	for name, value := range f.header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(f.status)
	write(w, f.body)
}

func TestWhoElseAnswers(t *testing.T) {
	t.Parallel()
	jsonHeader := map[string]string{"Content-Type": "application/json"}
	for name, test := range map[string]struct {
		answer foreign
		reason imds.Reason
		parts  []string
	}{
		"a proxy's page":       {foreign{200, nil, "<html>log in</html>"}, imds.ReasonNotJSON, []string{"status 200", "not JSON but text/html"}},
		"a proxy's error":      {foreign{502, map[string]string{"Server": "squid/5.7"}, "<html>no</html>"}, imds.ReasonNotJSON, []string{"502 Bad Gateway", "squid/5.7"}},
		"a proxy's 403":        {foreign{403, nil, "<html>denied by policy</html>"}, imds.ReasonNotJSON, []string{"403 Forbidden"}},
		"another cloud's JSON": {foreign{200, jsonHeader, `{"hostname":"x","region":"eu"}`}, imds.ReasonOtherCloud, []string{"compute.vmId"}},
		"JSON as HTML":         {foreign{200, nil, `{"compute":{}}`}, imds.ReasonNotJSON, []string{"text/html"}},
		"a redirect":           {foreign{302, map[string]string{"Location": "https://portal.example.com/login?token=canary"}, ""}, imds.ReasonRedirect, []string{"302 Found", `host "portal.example.com"`}},
		"OpenStack, Huawei":    {foreign{404, map[string]string{"Content-Type": "text/plain"}, "404 Not Found: The resource could not be found."}, imds.ReasonOtherCloud, []string{"404 Not Found"}},
		"AWS":                  {foreign{401, map[string]string{"Server": "EC2ws"}, "<html>401</html>"}, imds.ReasonOtherCloud, []string{"EC2ws"}},
		"Google":               {foreign{404, map[string]string{"Metadata-Flavor": "Google", "Server": "Metadata Server for VM"}, "<html>404</html>"}, imds.ReasonOtherCloud, []string{"Metadata Server for VM"}},
		"Docker Desktop":       {foreign{403, map[string]string{"Content-Type": "text/plain"}, "connecting to 169.254.169.254:80: connecting to 169.254.169.254:80: dial tcp: connectex: A socket operation was attempted to an unreachable network."}, imds.ReasonDockerDesktop, []string{"Docker Desktop"}},
		"Azure Arc":            {foreign{401, map[string]string{"Www-Authenticate": "Basic realm=/var/opt/azcmagent/tokens/x.key", "Content-Type": "application/json"}, `{"error":"unauthorized"}`}, imds.ReasonArc, []string{"Azure Arc"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, test.answer.ServeHTTP)
			clock := waittest.NewClock(imdstest.Now(), nil)
			client := imds.NewClient(imds.Config{Endpoint: server.URL}, clock)
			t.Cleanup(client.Close)
			_, err := client.Instance(t.Context(), imds.InstanceOptions{})
			var unavailable *imds.UnavailableError
			if !errors.As(err, &unavailable) {
				t.Fatalf("%v", err)
			}
			if unavailable.Reason != test.reason {
				t.Errorf("reason %q, want %q", unavailable.Reason, test.reason)
			}
			mustContain(t, err, append(test.parts, server.URL)...)
			if strings.Contains(err.Error(), "canary") {
				t.Errorf("the redirect's query is quoted: %s", err)
			}
			if waited := clock.Now().Sub(imdstest.Now()); waited > 3*time.Second {
				t.Errorf("took %s", waited)
			}
		})
	}
}

func TestNothingListens(t *testing.T) {
	t.Parallel()
	client := newClientAt(t, simtest.Closed(t))
	_, err := client.Instance(t.Context(), imds.InstanceOptions{})
	var unavailable *imds.UnavailableError
	if !errors.As(err, &unavailable) || unavailable.Reason != imds.ReasonRefused {
		t.Fatalf("%v", err)
	}
	mustContain(t, err, "refused", "not an Azure virtual machine")
	for _, call := range []func() error{
		func() error { _, err := client.ScheduledEvents(t.Context()); return err },
		func() error { return client.ApproveScheduledEvents(t.Context(), []string{"id"}) },
		func() error { _, err := client.AttestedDocument(t.Context(), ""); return err },
		func() error { _, err := client.Versions(t.Context()); return err },
		func() error { _, err := client.LoadBalancer(t.Context()); return err },
	} {
		if err := call(); !errors.As(err, &unavailable) {
			t.Errorf("%v", err)
		}
	}
}

// silent accepts connections, counts them and never answers.
func silent(t *testing.T) (address string, accepted *atomic.Int64) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	accepted = &atomic.Int64{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			accepted.Add(1)
			t.Cleanup(func() { _ = connection.Close() })
		}
	}()
	t.Cleanup(func() { _ = listener.Close(); <-done })
	return "http://" + listener.Addr().String(), accepted
}

func TestNothingAnswers(t *testing.T) {
	t.Parallel()
	address, accepted := silent(t)
	clock := waittest.NewClock(imdstest.Now(), nil)
	client := imds.NewClient(imds.Config{Endpoint: address, FirstContactTimeout: 50 * time.Millisecond}, clock)
	t.Cleanup(client.Close)
	for round := range 4 {
		if round == 3 {
			if err := clock.Sleep(t.Context(), 6*time.Second); err != nil {
				t.Fatal(err)
			}
		}
		_, err := client.Instance(t.Context(), imds.InstanceOptions{})
		var unavailable *imds.UnavailableError
		if !errors.As(err, &unavailable) || unavailable.Reason != imds.ReasonTimeout {
			t.Fatalf("%v", err)
		}
	}
	if accepted.Load() != 2 {
		t.Errorf("%d connections: that there is no service is believed for a while, and not for ever", accepted.Load())
	}
}

// TestProxiesAreBypassed cannot run in parallel: it sets variables of the
// process.
func TestProxiesAreBypassed(t *testing.T) {
	proxied := make(chan string, 10)
	proxy := serve(t, func(_ http.ResponseWriter, r *http.Request) { proxied <- r.URL.String() })
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"} {
		t.Setenv(name, strings.Replace(proxy.URL, "http://", "http://user:canary@", 1))
	}
	t.Setenv("NO_PROXY", "")
	t.Setenv("no_proxy", "")
	s := imdstest.Start(t, nil, simulator.Options{})
	client, _ := newClient(t, s, imds.Config{})
	if _, err := client.Instance(t.Context(), imds.InstanceOptions{}); err != nil {
		t.Error(err)
	}
	if _, err := client.ScheduledEvents(t.Context()); err != nil {
		t.Error(err)
	}
	// net/http never sends loopback requests through a proxy, so the proof
	// for other addresses is the transport itself.
	imds.RequireNoProxy(t, client)
	_, err := newClientAt(t, simtest.Closed(t)).Instance(t.Context(), imds.InstanceOptions{})
	mustContain(t, err, "HTTP_PROXY, HTTPS_PROXY set, but bypassed")
	var unavailable *imds.UnavailableError
	if !errors.As(err, &unavailable) || len(unavailable.ProxyVariables) != 2 || strings.Contains(err.Error(), "canary") {
		t.Errorf("%#v", err)
	}
	if len(proxied) != 0 {
		t.Errorf("the proxy was asked for %s", <-proxied)
	}
}
