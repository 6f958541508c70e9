package azure_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
)

type logLine struct {
	message string
	fields  map[string]string
}

type logbook struct {
	mu    sync.Mutex
	lines []logLine
}

func (l *logbook) write(_ context.Context, message string, fields map[string]string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, logLine{message, fields})
}

func TestEveryTryIsLoggedWithoutSecrets(t *testing.T) {
	t.Parallel()
	tries := 0
	s := newServer(t, true, func(w http.ResponseWriter, _ *http.Request) {
		tries++
		w.Header().Set("x-ms-request-id", "id-of-request")
		w.Header().Set("Set-Cookie", canary)
		if tries == 1 {
			w.Header().Set("retry-after-ms", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		writeJSON(t, w, map[string]string{"secret": canary})
	})
	var book logbook
	session := newSession(t, s, azure.Config{Log: book.write, Endpoints: azure.Endpoints{ResourceManager: s.URL}})
	if _, err := do(t.Context(), armClient(t, session), http.MethodGet, s.URL+"/a/b?sig="+canary); err != nil {
		t.Fatal(err)
	}
	if len(book.lines) != 2 {
		t.Fatalf("%d lines for 2 tries", len(book.lines))
	}
	for i, status := range []string{"503", "200"} {
		fields := book.lines[i].fields
		if fields["status"] != status || fields["method"] != "GET" || fields["url"] != s.URL+"/a/b" || fields["request_id"] != "id-of-request" || fields["duration_ms"] == "" {
			t.Errorf("line %d: %v", i, fields)
		}
	}
	noCanary(t, &book)
}

func TestFailedTriesAreLoggedWithoutSecrets(t *testing.T) {
	t.Parallel()
	s := newServer(t, true, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	var book logbook
	session := newSession(t, s, azure.Config{Log: book.write, Endpoints: azure.Endpoints{ResourceManager: s.URL}})
	ctx := policy.WithRetryOptions(t.Context(), policy.RetryOptions{MaxRetries: -1})
	_, err := do(ctx, armClient(t, session), http.MethodPost, s.URL+"/a?sig="+canary)
	if err == nil || strings.Contains(err.Error(), canary) {
		t.Errorf("got %v", err)
	}
	if len(book.lines) == 0 || book.lines[0].fields["error"] == "" {
		t.Fatal("the failure is not logged")
	}
	noCanary(t, &book)
}

func noCanary(t *testing.T, book *logbook) {
	t.Helper()
	for _, line := range book.lines {
		for name, value := range line.fields {
			if strings.Contains(value, canary) {
				t.Errorf("field %s holds a secret: %q", name, value)
			}
		}
	}
}
