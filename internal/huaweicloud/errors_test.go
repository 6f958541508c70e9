package huaweicloud

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/secret"
)

// answering returns a session whose service always gives the same answer.
func answering(t *testing.T, h *harness, status int, contentType, body string) *Session {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Location", "https://elsewhere.example.com/")
		w.Header().Set("X-Request-Id", "request-of-header")
		w.WriteHeader(status)
		if _, err := w.Write([]byte(body)); err != nil {
			return // The client reads no further than it wants.
		}
	}))
	t.Cleanup(server.Close)
	return h.session(func(config *Config) { config.Endpoints.CFW, config.ProjectID, config.MaxRetries = server.URL, "p1", 0 })
}

func TestErrorsOfEveryEnvelope(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	for name, test := range map[string]struct {
		status              int
		contentType, body   string
		code, message, hint string
	}{
		"CFW": {
			400, "application/json", `{"error_code":"CFW.00200005","error_msg":"operation content does not exist."}`,
			"CFW.00200005", "operation content does not exist.", "",
		},
		"gateway": {
			404, "application/json", `{"error_msg":"The API does not exist","error_code":"APIGW.0101","request_id":"other"}`,
			"APIGW.0101", "The API does not exist", "check the region and the endpoint",
		},
		"throttling": {
			429, "application/json", `{"error_msg":"over ratelimit","error_code":"APIGW.0308","request_id":"other"}`,
			"APIGW.0308", "over ratelimit", "-parallelism",
		},
		"IAM": {
			401, "application/json", `{"error":{"code":401,"message":"The username or password is wrong.","title":"Unauthorized"}}`,
			"Unauthorized", "The username or password is wrong.", "Check the credentials",
		},
		"forbidden": {403, "application/json", `{"error_code":"CFW.403","error_msg":"denied"}`, "CFW.403", "denied", "permissions"},
		"page of a gateway": {
			502, "text/html", "<html><head><title>502\n Bad Gateway</title></head><body>long story</body></html>",
			"", `Bad Gateway, without the JSON of the service; a gateway's page says "502 Bad Gateway"`, "",
		},
		"nothing":         {500, "text/plain", "", "", "Internal Server Error, without the JSON of the service", ""},
		"some other JSON": {400, "application/json", `{"reason":"x"}`, "", "", ""},
		"array":           {400, "application/json", `[1]`, "", "Bad Request, without the JSON of the service", ""},
		"redirect":        {302, "text/html", "", "", "Found", "Redirects are not followed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := answering(t, h, test.status, test.contentType, test.body).Do(t.Context(), h.list(), nil)
			var got *Error
			if !errors.As(err, &got) {
				t.Fatalf("got %T %v", err, err)
			}
			if got.Status != test.status || got.Code != test.code || !strings.HasPrefix(got.Message, test.message) || got.RequestID != "request-of-header" {
				t.Errorf("got %+v", got)
			}
			wantMentioned(t, err, "ListCaptureTask", fmt.Sprint(test.status), test.hint, "request-of-header")
		})
	}
}

func TestServicesCannotPutSecretsIntoErrorsOrLogs(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	secrets := []string{"canary-access-key", "canary-secret-key", "canary-security-token"}
	body := `{"error_code":"APIGW.0301","error_msg":"cannot verify ` + strings.Join(secrets, " ") + ` \u0007\n` + strings.Repeat("x", 5000) + `"}`
	s := answering(t, h, 401, "application/json", body)
	s.config.AccessKey, s.config.SecretKey, s.config.SecurityToken = secrets[0], secrets[1], secrets[2]
	s.redactor = secret.NewRedactor(secrets...)
	err := s.Do(t.Context(), h.list(), nil)
	wantMentioned(t, err, "cannot verify [redacted] [redacted] [redacted]")
	if text := err.Error() + h.log(); strings.Contains(text, "canary") || strings.ContainsAny(err.Error(), "\n\a") || len(err.Error()) > 1500 {
		t.Errorf("secrets, control characters or a flood in %q", text)
	}
}

func TestAnswersThatCannotBeRead(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	for name, test := range map[string]struct{ body, want string }{
		"no JSON":       {`<html>captcha 424242</html>`, "no valid JSON at byte 1"},
		"wrong type":    {`{"data":{"total":{"captcha":424242}}}`, `the member "Data.Total"`},
		"wrong number":  {`{"data":{"name":424242}}`, `the member "Data.Name"`},
		"much too much": {`"` + strings.Repeat("x", maxAnswer) + `"`, "larger than 16 MB"},
		"too many":      {`{"data":{"list":[` + strings.Repeat("0,", maxValues+1) + `0]}}`, "more than 300000 values"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var into struct {
				Data struct {
					Total int
					Name  string
				}
			}
			err := answering(t, h, 200, "application/json", test.body).Do(t.Context(), h.list(), &into)
			wantMentioned(t, err, "ListCaptureTask", test.want)
			if strings.Contains(err.Error(), "424242") {
				t.Errorf("%q shows a value of the answer", err)
			}
		})
	}
}

// TestAnswersWithoutAnEndAreReadOnce: a repeatable call is not repeated for
// them, and what they cost is paid once.
func TestAnswersWithoutAnEndAreReadOnce(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	s := answering(t, h, 200, "application/json", strings.Repeat("x", maxAnswer+1))
	s.config.MaxRetries = DefaultMaxRetries
	wantMentioned(t, s.Do(t.Context(), h.list(), nil), "larger than 16 MB")
	if sleeps := h.clock.Sleeps(); len(sleeps) != 0 {
		t.Errorf("it was tried again after %s", sleeps)
	}
}

func TestLogsNameTheCallAndNoMore(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	mustDo(t, h.session(nil), h.create())
	log := h.log()
	simtest.Says(t, log, "CreateCaptureTask", "POST", "/capture-task", "status:200", "request_id:")
	key := h.IAM.PermanentKey()
	for _, secret := range []string{key.Access, key.Secret, "Signature", "1.1.1.1", "fw_instance_id"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log mentions %q:\n%s", secret, log)
		}
	}
}
