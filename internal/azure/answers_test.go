package azure_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait/waittest"
)

// TestAnswersBeyondTheLimits is about answers that are small enough to be
// read, and too much to be decoded.
func TestAnswersBeyondTheLimits(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		body   string
		part   string
	}{
		"objects":              {200, `{"value":[` + strings.Repeat(`{},`, 500_000) + `{}]}`, "objects"},
		"as many as there are": {200, `{"value":[` + strings.Repeat(`{},`, 499_998) + `{}]}`, ""},
		"values":               {200, `[` + strings.Repeat(`1,`, 3_000_001) + `1]`, "values"},
		"a long error":         {403, `{"error":{"message":"` + strings.Repeat("x", 1<<20) + `"}}`, "bytes"},
		"a long success":       {200, `{"message":"` + strings.Repeat("x", 2<<20) + `"}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, true, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(test.status)
				if _, err := w.Write([]byte(test.body)); err != nil {
					t.Error(err)
				}
			})
			session := newSession(t, s, azure.Config{Endpoints: azure.Endpoints{ResourceManager: s.URL}})
			_, err := do(t.Context(), armClient(t, session), http.MethodGet, s.URL+"/x")
			if test.part == "" {
				if err != nil {
					t.Errorf("got %.300s", err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.part) || !strings.Contains(err.Error(), strings.TrimPrefix(s.URL, "https://")) || len(err.Error()) > 300 {
				t.Errorf("got %.300v", err)
			}
			if len(s.requests()) != 1 {
				t.Errorf("%d requests; asking again cannot help", len(s.requests()))
			}
		})
	}
}

// TestTokensAreTakenOutOfAnswers has a service quote the request's token, in
// successes and errors, in bodies and headers.
func TestTokensAreTakenOutOfAnswers(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusOK, http.StatusForbidden} {
		var book logbook
		s := newServer(t, true, func(w http.ResponseWriter, r *http.Request) {
			_, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
			w.Header().Set("x-ms-request-id", "you are "+token)
			w.WriteHeader(status)
			if _, err := w.Write([]byte("you said " + token + " and " + url.QueryEscape(token))); err != nil { //nolint:gosec // no browser reads it
				t.Error(err)
			}
		})
		session := newSession(t, s, azure.Config{Log: book.write, Endpoints: azure.Endpoints{ResourceManager: s.URL}})
		got, err := do(t.Context(), armClient(t, session), http.MethodGet, s.URL+"/x")
		if err != nil {
			t.Fatal(err)
		}
		body, err := runtime.Payload(got.raw)
		if err != nil || string(body) != "you said [redacted] and [redacted]" || got.raw.Header.Get("x-ms-request-id") != "you are [redacted]" {
			t.Errorf("%d: got %q and %v, %v", status, body, got.raw.Header, err)
		}
		noCanary(t, &book)
	}
}

// TestAnInterruptedWaitDoesNotQuoteAnswers is about the error that a wait
// remembers: the SDK's text of it has the whole answer.
func TestAnInterruptedWaitDoesNotQuoteAnswers(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	clock := waittest.NewClock(time.Now(), func(time.Duration) { cancel() })
	err := wait.Waiter{Clock: clock}.Until(ctx, "it", func(context.Context) (wait.Progress, error) {
		return wait.Progress{}, wait.Transient(responseError(503, `{"error":{"code":"Busy","message":"Later."},"token":"`+canary+`"}`))
	})
	if !errors.As(err, new(*wait.Interrupted)) {
		t.Fatalf("got %v", err)
	}
	got := azure.Describe(err).String()
	if strings.Contains(got, canary) || !strings.Contains(got, "HTTP 503") || !strings.Contains(got, "Busy: Later.") || !strings.Contains(got, "for it") {
		t.Errorf("got %q", got)
	}
}

func TestNestedErrorsAreCutAtALength(t *testing.T) {
	t.Parallel()
	nested := strings.Repeat(`{"code":"c","message":"m","details":[`, 1000) + strings.Repeat(`]}`, 1000)
	wide := `{"code":"c","message":"m","details":[` + strings.Repeat(`{"code":"Inner","message":"`+strings.Repeat("x", 100)+`"},`, 500) + `{}]}`
	for name, inner := range map[string]string{"nested": nested, "wide": wide} {
		got := azure.Describe(responseError(400, `{"error":`+inner+`}`))
		if !strings.HasPrefix(got.Message, "m") || len(got.Message) > 2010 {
			t.Errorf("%s: %d bytes: %.200q", name, len(got.Message), got.Message)
		}
	}
}

func TestDetailsArePrintable(t *testing.T) {
	t.Parallel()
	const nasty = `\u001b[2J\r\n\u202e`
	for _, err := range []error{
		responseError(400, `{"error":{"code":"c`+nasty+`","message":"m`+nasty+strings.Repeat("long", 5000)+`"}}`),
		errors.New("x\x1b[2J\r\u202e"),
	} {
		got := azure.Describe(err)
		if text := got.String(); strings.ContainsAny(text, "\x1b\r\n\u202e") || len(text) > 2500 {
			t.Errorf("got %.300q", text)
		}
	}
}
