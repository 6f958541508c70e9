package azure

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
)

func TestMetadataNeverGoesThroughAProxy(t *testing.T) {
	t.Parallel()
	proxy := &url.URL{Scheme: "http", Host: "proxy.invalid"}
	choose := proxyUnlessLocal("http://metadata.invalid:8080", func(*http.Request) (*url.URL, error) { return proxy, nil })
	for target, proxied := range map[string]bool{
		"https://management.azure.com/x":   true,
		"http://metadata.invalid/x":        true,
		"http://metadata.invalid:8080/x":   false,
		"http://" + metadataAddress + "/x": false,
		"http://[fe80::1]/x":               false,
	} {
		got, err := choose(httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil))
		if err != nil || (got != nil) != proxied {
			t.Errorf("%s: through %v, %v; want a proxy: %v", target, got, err, proxied)
		}
	}
	identity := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://172.16.0.4:8081/msi/token", nil)
	identity.Header.Set("X-IDENTITY-HEADER", "x")
	if got, err := choose(identity); err != nil || got != nil {
		t.Errorf("an App Service's identity endpoint is asked through %v, %v", got, err)
	}
}

func TestOriginsWithAndWithoutTheUsualPort(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		same bool
	}{
		{"https://a/x", "https://a:443/y", true},
		{"http://a/x", "http://a:80/y", true},
		{"https://a", "http://a", false},
		{"https://a", "https://a:80", false},
		{"https://a", "https://b", false},
	} {
		a, errA := url.Parse(test.a)
		b, errB := url.Parse(test.b)
		if errA != nil || errB != nil || sameOrigin(a, b) != test.same {
			t.Errorf("%s and %s: want same origin %v", test.a, test.b, test.same)
		}
	}
}

func TestRemedies(t *testing.T) {
	t.Parallel()
	for _, details := range []failure.Details{
		{Code: "AuthorizationFailed"}, {Code: "LinkedAuthorizationFailed"}, {Code: "SubscriptionNotFound"}, {Code: "InvalidSubscriptionId"},
		{Code: "InvalidAuthenticationTokenTenant"}, {Code: "AADSTS7000215"}, {Code: "AADSTS7000222"}, {Code: "AADSTS700016"}, {Code: "AADSTS90002"},
		{Status: http.StatusTooManyRequests, Code: "Anything"},
	} {
		if len(remedies(details)) != 1 {
			t.Errorf("no remedy for %d %s", details.Status, details.Code)
		}
	}
	if got := remedies(failure.Details{Code: "Conflict", Status: http.StatusConflict}); got != nil {
		t.Errorf("a remedy that is not certain: %q", got)
	}
}

func TestASessionTellsItsSettings(t *testing.T) {
	t.Parallel()
	config := Config{SubscriptionID: "s", Endpoints: Endpoints{DataCollector: "https://collector.invalid"}}
	session := NewSession(config)
	if session.SubscriptionID() != "s" || session.Endpoints() != config.Endpoints || session.Environment() != EnvironmentPublic {
		t.Errorf("got %q, %v, %q", session.SubscriptionID(), session.Endpoints(), session.Environment())
	}
	if session.ClientOptions().Transport != session.HTTPClient() || session.ARMOptions().Transport != session.HTTPClient() {
		t.Error("not all clients share the transport")
	}
}
