package edgecapture_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/edgecapture"
)

// quoted are the container's URL and its signature alone as a service may quote them,
// encoded another way.
func quoted() string {
	plain, err := url.QueryUnescape(canary)
	if err != nil {
		return err.Error()
	}
	return `https://captures.blob.core.windows.net/edge?sp=cw\u0026sig=` + strings.Replace(canary, "%3D", `\u003D`, 1) +
		", signature '" + plain + "', " + canary + ", " + url.QueryEscape(canary) + " and " + strings.ReplaceAll(plain, "/", `\/`)
}

// TestAServiceThatQuotesTheSignature is asked by clients that know it, and by one
// that does not, as a read or a destroy.
func TestAServiceThatQuotesTheSignature(t *testing.T) {
	t.Parallel()
	failed := `{"status":"Failed","error":{"code":"Bad","message":"` + quoted() + `"}}`
	status := strings.Replace(running, `"message":"`, `"message":"`+quoted()+" ", 1)
	for name, call := range map[string]func(*testing.T, *fake) (edgecapture.FirewallStatus, error){
		"status": func(t *testing.T, f *fake) (edgecapture.FirewallStatus, error) {
			t.Helper()
			return f.client.FirewallStatus(t.Context(), firewall)
		},
		"stop": func(t *testing.T, f *fake) (edgecapture.FirewallStatus, error) {
			t.Helper()
			return edgecapture.FirewallStatus{}, f.client.StopFirewall(t.Context(), firewall)
		},
		"start": func(t *testing.T, f *fake) (edgecapture.FirewallStatus, error) {
			t.Helper()
			f.says(idle, status)
			began, err := f.client.StartFirewall(t.Context(), firewall, capture(t))
			if err != nil {
				t.Fatal(err)
			}
			defer began.Release()
			return began.Wait(t.Context())
		},
		"start of a VPN capture": func(t *testing.T, f *fake) (edgecapture.FirewallStatus, error) {
			t.Helper()
			started, err := f.client.StartVPN(t.Context(), target(t, "virtualNetworkGateways/gw"), nil, "")
			if err != nil {
				return edgecapture.FirewallStatus{}, err
			}
			return edgecapture.FirewallStatus{}, started.Wait(t.Context())
		},
	} {
		for how, prepare := range map[string]func(*fake){
			"answer":    func(f *fake) { f.says(status) },
			"operation": func(f *fake) { f.polls = []string{failed} },
			"refusal": func(f *fake) {
				f.onPost = func(w http.ResponseWriter, _ request) {
					w.WriteHeader(http.StatusBadRequest)
					f.write(w, `{"error":{"code":"Bad","message":"`+quoted()+`"}}`)
				}
			},
		} {
			if how != "answer" && name == "start" {
				continue // It asks for the status first.
			}
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				f := newFake(t)
				prepare(f)
				said, err := call(t, f)
				f.expectNoSecret(err)
				if strings.Contains(said.String(), canaryWord) {
					t.Errorf("a signature is shown: %s", said)
				}
			})
		}
	}
}

// TestAServiceThatQuotesAPollingAddress has parts of it in the operation's end, and in
// what a later request leads to.
func TestAServiceThatQuotesAPollingAddress(t *testing.T) {
	t.Parallel()
	f, gateway := newFake(t), target(t, "virtualNetworkGateways/gw")
	f.polls = []string{`{"status":"Failed","error":{"code":"Bad","message":"token ` + pollCanary + ` is odd"}}`}
	started, err := f.client.StartVPN(t.Context(), gateway, nil, "")
	if err == nil {
		err = started.Wait(t.Context())
	}
	if err == nil || !strings.Contains(err.Error(), "token [redacted] is odd") {
		t.Errorf("got %v", err)
	}
	f.expectNoSecret(err)
	f.onPost = func(w http.ResponseWriter, _ request) {
		w.WriteHeader(http.StatusBadRequest)
		f.write(w, `{"error":{"code":"Bad","message":"token `+pollCanary+` is old"}}`)
	}
	_, err = f.client.StopVPN(t.Context(), gateway, nil, container(t))
	if err == nil || !strings.Contains(err.Error(), "token [redacted] is old") {
		t.Errorf("got %v", err)
	}
	f.expectNoSecret(err)
}
