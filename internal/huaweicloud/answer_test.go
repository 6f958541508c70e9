package huaweicloud

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// with200 answers once with a status of success.
func with200(body string) simcore.Fault {
	return simcore.Fault{Kind: simcore.KindStatus, Code: http.StatusOK, Body: json.RawMessage(body)}
}

func TestAnErrorWithASuccessfulStatusIsThatError(t *testing.T) {
	t.Parallel()
	for body, want := range map[string][]string{
		`{"error_code":"CFW.00200003","error_msg":"parameter error"}`:      {"answered 200 CFW.00200003", "parameter error"},
		`{"error_code":42,"error_msg":null}`:                               {"answered 200 42"},
		`{"error":{"code":"IAM.1","message":"no","title":"Bad"},"data":1}`: {"Bad", "no"},
		`{"error":"not today"}`:                                            {"not today"},
		`{"data":{},"error_code":"APIGW.0101","request_id":"r-1"}`:         {"APIGW.0101", "r-1"},
	} {
		h := newHarness(t)
		h.Fail(t, "ListCaptureTask", with200(body))
		err := h.session(nil).Do(t.Context(), h.list(), nil)
		wantMentioned(t, err, want...)
		if refused := new(Error); !errors.As(err, &refused) {
			t.Errorf("%s: got %T", body, err)
		}
	}
}

func TestWhatIsNoAnswerSaysWhatCame(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`"<html><title>Log in</title></html>"`: "Log in",
		`"{\"data\":{\"total\":1"`:             "no valid JSON",
		`[]`:                                   "no object",
		`null`:                                 "answered 200",
		`""`:                                   "empty",
	} {
		h := newHarness(t)
		fault := with200(body)
		fault.Times = -1
		h.Fail(t, "ListCaptureTask", fault)
		var into struct{ A checked }
		err := h.session(nil).Do(t.Context(), h.list(), &into.A)
		wantMentioned(t, err, "ListCaptureTask", want)
		if noAnswer := new(NoAnswerError); !errors.As(err, &noAnswer) || h.Calls("ListCaptureTask") != 3 {
			t.Errorf("%s: got %T after %d calls", body, err, h.Calls("ListCaptureTask"))
		}
	}
}

// checked is an answer that needs a member.
type checked struct {
	Data *struct{} `json:"data"`
}

func (c *checked) Check() error {
	if c.Data == nil {
		return errors.New("it has no data")
	}
	return nil
}

func TestIAMsAnswersAreChecked(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{}`, `{"projects":null}`, `{"projects":[{}]}`, `{"projects":[{"id":""}]}`, `{"projects":{}}`, `"<html>"`} {
		h := newHarness(t)
		fault := simcore.Fault{Service: "iam", Operation: "KeystoneListProjects", Kind: simcore.KindStatus, Code: 200, Times: -1, Body: json.RawMessage(body)}
		if err := h.Faults.Add(fault); err != nil {
			t.Fatal(err)
		}
		_, err := h.session(nil).ProjectID(t.Context(), "")
		if noAnswer := new(NoAnswerError); !errors.As(err, &noAnswer) {
			t.Errorf("%s: got %v", body, err)
		}
	}
	for _, body := range []string{`{}`, `{"token":null}`, `{"token":{"expires_at":"soon"}}`, `"<html>"`, `{"error":{"code":401,"message":"locked","title":"Unauthorized"}}`} {
		h := newHarness(t)
		fault := simcore.Fault{
			Service: "iam", Operation: "KeystoneCreateUserTokenByPassword", Kind: simcore.KindStatus, Code: 200, Times: -1, Body: json.RawMessage(body),
		}
		if err := h.Faults.Add(fault); err != nil {
			t.Fatal(err)
		}
		err := h.session(func(config *Config) {
			withoutCredentials(config)
			config.UserName, config.Password, config.DomainName = "u", "p", "d"
		}).Do(t.Context(), h.list(), nil)
		if err == nil || !strings.Contains(err.Error(), "KeystoneCreateUserTokenByPassword") {
			t.Errorf("%s: got %v", body, err)
		}
	}
}

func TestAskedForNoPauseThePausesGrow(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	zero := 0
	fault := statusFault(429, -1)
	fault.RetryAfter = &zero
	h.Fail(t, "ListCaptureTask", fault)
	wantMentioned(t, h.session(nil).Do(t.Context(), h.list(), nil), "429")
	sleeps := h.clock.Sleeps()
	if sleeps[0] != 100*time.Millisecond || sleeps[1] != 200*time.Millisecond || sleeps[len(sleeps)-1] != 30*time.Second {
		t.Errorf("slept %v", sleeps)
	}
}

func TestAPauseThatOutlastsTheTimeoutFailsAtOnce(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	day := 86400
	fault := statusFault(429, -1)
	fault.RetryAfter = &day
	h.Fail(t, "ListCaptureTask", fault)
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	err := h.session(nil).Do(ctx, h.list(), nil)
	wantMentioned(t, err, "429 APIGW.0308", "asks to wait 24h0m0s")
	if len(h.clock.Sleeps()) != 0 || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waited: %v, %v", h.clock.Sleeps(), err)
	}
}

// TestAHostThatIsNotReachedIsGivenUpSoon has each attempt take as long as a
// connection may take.
func TestAHostThatIsNotReachedIsGivenUpSoon(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		attempt  time.Duration
		attempts int
	}{"refused at once": {0, 4}, "silent": {dialTimeout, 2}} {
		h := newHarness(t)
		attempts := 0
		started := h.clock.Now()
		s := h.session(func(config *Config) {
			config.MaxRetries = 30
			config.Transport = &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				attempts++
				return nil, errors.Join(h.clock.Sleep(ctx, test.attempt), errors.New("no route"))
			}}
		})
		err := s.Do(t.Context(), h.list(), nil)
		wantMentioned(t, err, "no route")
		if took := h.clock.Now().Sub(started); took > 20*time.Second || attempts < test.attempts {
			t.Errorf("%s: gave up after %s and %d attempts", name, took, attempts)
		}
		if next := Describe(err).Next; len(next) != 1 || !strings.Contains(next[0], "no connection") {
			t.Errorf("%s: next %v", name, next)
		}
	}
}

func TestWhatToDoFollowsFromTheFailure(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	untrusted := h.session(func(config *Config) { config.Transport = simtest.Transport() })
	t.Cleanup(untrusted.CloseIdleConnections)
	for want, err := range map[string]error{
		"SSL_CERT_FILE": untrusted.Do(t.Context(), h.list(), nil),
		"HTTPS_PROXY":   &Error{Status: http.StatusProxyAuthRequired},
		"endpoint":      &NoAnswerError{Status: 200},
	} {
		if next := strings.Join(Describe(err).Next, " "); !strings.Contains(next, want) {
			t.Errorf("%v: %q does not name %s", err, next, want)
		}
	}
	local := h.session(func(config *Config) { config.Region, config.Endpoints.CFW = "", "" }).Do(t.Context(), h.list(), nil)
	if described := Describe(local); described.Status != 0 || len(described.Next) != 0 {
		t.Errorf("%+v", described)
	}
}
