package security

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// elsewhere are the ways to be another origin.
var elsewhere = map[string]func(own, other *server) string{
	"another port":   func(_, other *server) string { return other.URL },
	"another host":   func(_, other *server) string { return strings.Replace(other.URL, "127.0.0.1", "localhost", 1) },
	"another scheme": func(_, other *server) string { return other.URL },
}

// TestRedirectsNeverLeadCredentialsElsewhere has every service answer every
// request with every kind of redirect to another origin.
func TestRedirectsNeverLeadCredentialsElsewhere(t *testing.T) {
	t.Parallel()
	forEachVictim(t, func(t *testing.T, v victim) {
		t.Helper()
		for where, to := range elsewhere {
			for _, status := range []int{http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
				t.Run(fmt.Sprintf("%s %d", where, status), func(t *testing.T) {
					t.Parallel()
					// The other scheme is the one that the service has not.
					other := thief(t, v.plain != (where == "another scheme"))
					hostile, diagnostics := v.attack(t.Context(), t, func(w http.ResponseWriter, r *http.Request) {
						http.Redirect(w, r, to(nil, other)+"/taken?sig=stolen", status)
					})
					text := strings.Join(append(diagnostics.Errors(), diagnostics.Warnings()...), "\n")
					if text == "" || len(text) > mostErrorText {
						t.Errorf("%d bytes of errors", len(text))
					}
					if strings.Contains(text, "stolen") {
						t.Errorf("the error repeats the query: %s", text)
					}
					if !strings.Contains(text, hostile.port()) && !strings.Contains(text, "endpoint") && !strings.Contains(text, "Data Collector API") {
						t.Errorf("the error does not tell who answered: %s", text)
					}
					if got := len(hostile.requests()); got == 0 || got > 8 {
						t.Errorf("%d requests to the service", got)
					}
				})
			}
		}
	})
}
