package instancemetadata_test

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// silent returns an address at which connections are taken and never
// answered.
func silent(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := listener.Close(); err != nil {
			t.Error(err)
		}
	})
	return "http://" + listener.Addr().String()
}

func redirect(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "http://portal.example/login?token=canary", http.StatusFound)
}

func otherCloud(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Metadata-Flavor", "Google")
	answer(404, "text/html", "<html>404</html>")(w, r)
}

func arc(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Www-Authenticate", "Basic realm=/var/opt/azcmagent/tokens/1.key")
	answer(401, "text/plain", "")(w, r)
}

// TestNotOnAzure has every way in which there is no service. The client gives
// it three seconds; what hangs for longer ends as another error.
func TestNotOnAzure(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		endpoint string
		want     []string
	}{
		"nothing listens": {simtest.Closed(t), []string{"connection refused", "nothing listens there"}},
		"nothing answers": {silent(t), []string{"(timeout)", "Nothing answered in time", "primary network interface"}},
		"web server":      {serve(t, answer(200, "text/html", "<html>Welcome</html>")), []string{"not the metadata service", "captive portal", "status 200", "request-7"}},
		"captive portal":  {serve(t, redirect), []string{"(redirect)", `"portal.example"`}},
		"another cloud":   {serve(t, otherCloud), []string{"(another cloud)", "status 404"}},
		"OpenStack":       {serve(t, answer(200, "application/json", `{"uuid":"1","availability_zone":"cn-north-4a"}`)), []string{"(another cloud)"}},
		"Docker Desktop":  {serve(t, answer(403, "text/plain", "connecting to 169.254.169.254:80: unreachable network")), []string{"Docker Desktop", "this container", "status 403"}},
		"Arc":             {serve(t, arc), []string{"Azure Arc", "not Azure virtual machines"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := providerAt(t, test.endpoint)
			_, diagnostics := p.ReadData(t.Context(), typeName, acctest.Config{})
			acctest.ExpectError(t, diagnostics, append(test.want, "Could not read instance metadata", test.endpoint, `on_unavailable = "null"`)...)
			if strings.Contains(fmt.Sprint(diagnostics.Errors()), "canary") {
				t.Error("the error repeats the redirect's query")
			}

			read, diagnostics := p.ReadData(t.Context(), typeName, acctest.Config{"on_unavailable": "null", "include_user_data": true})
			warned := len(diagnostics.Warnings()) == 1 && strings.Contains(diagnostics.Warnings()[0], "Instance metadata is taken as unavailable")
			if len(diagnostics.Errors()) > 0 || len(diagnostics) > 1 || warned != (name == "web server") {
				t.Errorf("%q, %q", diagnostics.Errors(), diagnostics.Warnings())
			}
			acctest.ExpectAttributes(t, read, "available", "false", "api_version_used", acctest.Null, "compute", acctest.Null, "network", acctest.Null, "raw_json", acctest.Null, "user_data", acctest.Null, "on_unavailable", "null")
		})
	}
}

func TestOthersNotOnAzure(t *testing.T) {
	t.Parallel()
	p := providerAt(t, simtest.Closed(t))
	_, diagnostics := p.ReadData(t.Context(), eventsTypeName, acctest.Config{})
	acctest.ExpectError(t, diagnostics, "Could not read scheduled events", "connection refused")
	_, diagnostics = p.Open(t.Context(), attestedTypeName, acctest.Config{})
	acctest.ExpectError(t, diagnostics, "Could not get an attested document", "connection refused")
	_, diagnostics = p.Invoke(t.Context(), approveTypeName, acctest.Config{"event_ids": []string{"event-1"}})
	acctest.ExpectError(t, diagnostics, "Could not approve scheduled events", "event-1", "connection refused")
}

// TestProxiesAreBypassed cannot run beside other tests, as the variables are
// the process's. Go itself never sends requests for loopback addresses through a
// proxy; that the client has none at all is tested with the client.
func TestProxiesAreBypassed(t *testing.T) { //nolint:paralleltest // the variables are the process's
	const proxy = "http://user:canary@127.0.0.1:9"
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY"} {
		t.Setenv(name, proxy)
	}
	cloud := startCloud(t)
	acctest.ExpectAttributes(t, mustRead(t, acctest.NewProvider(t, cloud), typeName, acctest.Config{}), "available", "true")
	for name, endpoint := range map[string]string{
		"unavailable": simtest.Closed(t), "refused": serve(t, answer(403, "application/json", `{"error":"Forbidden"}`)),
	} {
		_, diagnostics := providerAt(t, endpoint).ReadData(t.Context(), typeName, acctest.Config{})
		acctest.ExpectError(t, diagnostics, "HTTP_PROXY", "HTTPS_PROXY", "bypassed", "asked directly")
		if strings.Contains(fmt.Sprint(diagnostics.Errors()), "canary") {
			t.Errorf("%s: the error repeats the proxy's password", name)
		}
	}
}
