package azure_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
)

func responseError(status int, body string) error {
	return runtime.NewResponseError(&http.Response{
		StatusCode: status, Header: http.Header{"X-Ms-Request-Id": {"req-1"}}, Body: io.NopCloser(strings.NewReader(body)),
	})
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err  error
		want failure.Details
		text string
	}{
		"nil": {nil, failure.Details{}, ""},
		"envelope": {responseError(404, `{"error":{"code":"NotFound","message":"Resource x not found.","details":[]}}`),
			failure.Details{Summary: "the service answered HTTP 404 Not Found", Code: "NotFound", Message: "Resource x not found.", RequestID: "req-1", Status: 404},
			"the service answered HTTP 404 Not Found: NotFound: Resource x not found. (request id req-1)"},
		"inner details": {responseError(400, `{"error":{"code":"Outer","message":"It failed.","details":[{"code":"Inner","message":"Why."}]}}`),
			failure.Details{Summary: "the service answered HTTP 400 Bad Request", Code: "Outer", Message: "It failed.; Inner: Why.", RequestID: "req-1", Status: 400},
			"the service answered HTTP 400 Bad Request: Outer: It failed.; Inner: Why. (request id req-1)"},
		"failed operation": {responseError(200, `{"status":"Failed","error":{"code":"AgentMissing","message":"No agent."}}`),
			failure.Details{Summary: "the operation failed", Code: "AgentMissing", Message: "No agent.", RequestID: "req-1", Status: 200},
			"the operation failed: AgentMissing: No agent. (request id req-1)"},
		"a gateway's page": {responseError(502, "<html><title>Bad  gateway</title>\n<body>sorry</body></html>"),
			failure.Details{Summary: "the service answered HTTP 502 Bad Gateway", Message: `the answer is not one of the service's errors: "Bad gateway sorry"`, RequestID: "req-1", Status: 502},
			`the service answered HTTP 502 Bad Gateway: the answer is not one of the service's errors: "Bad gateway sorry" (request id req-1)`},
		"empty": {responseError(500, ""), failure.Details{Summary: "the service answered HTTP 500 Internal Server Error", Message: "the answer has no body", RequestID: "req-1", Status: 500},
			"the service answered HTTP 500 Internal Server Error: the answer has no body (request id req-1)"},
		"wrapped": {fmt.Errorf("outside: %w", responseError(409, `{"error":{"code":"Conflict","message":"Busy."}}`)),
			failure.Details{Summary: "the service answered HTTP 409 Conflict", Code: "Conflict", Message: "Busy.", RequestID: "req-1", Status: 409},
			"the service answered HTTP 409 Conflict: Conflict: Busy. (request id req-1)"},
		"timeout":  {fmt.Errorf("x: %w", context.DeadlineExceeded), failure.Details{Summary: "the time allowed for it has passed"}, "the time allowed for it has passed"},
		"cancel":   {context.Canceled, failure.Details{Summary: "it was cancelled"}, "it was cancelled"},
		"anything": {errors.New("boom"), failure.Details{Summary: "boom"}, "boom"},
		"network": {fmt.Errorf("x: %w", &url.Error{Op: "Get", URL: "https://host/path?sig=" + canary, Err: io.ErrUnexpectedEOF}),
			failure.Details{Summary: "the service did not answer: Get \"https://host/path\": unexpected EOF"}, "the service did not answer: Get \"https://host/path\": unexpected EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := azure.Describe(test.err)
			if !errors.Is(got.Err, test.err) {
				t.Errorf("the error is %v", got.Err)
			}
			got.Err = nil
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			if test.err != nil && got.String() != test.text {
				t.Errorf("got  %s\nwant %s", got, test.text)
			}
		})
	}
}

func TestLongForeignAnswersAreCut(t *testing.T) {
	t.Parallel()
	text := azure.Describe(responseError(502, strings.Repeat("é", 10_000))).Message
	if len(text) > 600 || !strings.Contains(text, "...") {
		t.Errorf("%d bytes", len(text))
	}
}

func TestWrapNamesTheOperationOnce(t *testing.T) {
	t.Parallel()
	cause := responseError(403, `{"error":{"code":"AuthorizationFailed","message":"No."}}`)
	err := azure.Wrap(`delete packet capture "web"`, cause)
	again := azure.Wrap("something else", fmt.Errorf("outer: %w", err))
	if want := `cannot delete packet capture "web": the service answered HTTP 403 Forbidden: AuthorizationFailed: No. (request id req-1)`; err.Error() != want {
		t.Errorf("got %q", err)
	}
	if !errors.Is(err, cause) || strings.Contains(again.Error(), "something else") {
		t.Errorf("cause lost or wrapped twice: %v", again)
	}
	if azure.Wrap("x", nil) != nil {
		t.Error("nil became an error")
	}
}

func TestFailedSignInsAreShortAndWithoutSecrets(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		body   string
		want   failure.Details
	}{
		"wrong secret": {http.StatusUnauthorized, `{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided. Ensure the secret being sent is the value, not the id.\r\nTrace ID: t-1\r\nCorrelation ID: c-1","error_codes":[7000215],"correlation_id":"c-1","claims":"` + canary + `"}`,
			failure.Details{Summary: "cannot sign in to Azure", Code: "AADSTS7000215", Status: 401, RequestID: "c-1",
				Message: "Invalid client secret provided. Ensure the secret being sent is the value, not the id."}},
		"no such tenant on one line": {http.StatusBadRequest, `{"error":"invalid_request","error_description":"AADSTS90002: Tenant 'x' not found. Trace ID: t-1 Correlation ID: c-1","correlation_id":"c-1"}`,
			failure.Details{Summary: "cannot sign in to Azure", Code: "AADSTS90002", Status: 400, RequestID: "c-1", Message: "Tenant 'x' not found."}},
		"a gateway's page": {http.StatusForbidden, "<html>" + canary,
			failure.Details{Summary: "cannot sign in to Azure", Status: 403, Message: "the answer is not one of the identity service's"}},
		"a proxy's page": {http.StatusOK, `{"html":"x"}`, failure.Details{
			Summary: "cannot sign in to Azure", Message: "ClientSecretCredential: json decode error: expires_in and expires_on are both missing or invalid",
		}},
		"another proxy's page": {http.StatusOK, `{"expires_in":3600}`, failure.Details{
			Summary: "cannot sign in to Azure", Message: "ClientSecretCredential: response is missing access_token.",
		}},
		"the directory is a proxy's page": {http.StatusOK, `{"html":"x"}`, failure.Details{
			Summary: "cannot sign in to Azure", Message: "ClientSecretCredential: unable to resolve an endpoint: ResolveEndpoints(): TenantDiscoveryResponse: authorize endpoint was not found in the openid configuration.",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var authority *server
			authority = newServer(t, true, func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "openid-configuration") && !strings.HasPrefix(name, "the directory") {
					base := authority.URL + "/" + tenant
					writeJSON(t, w, map[string]string{"token_endpoint": base + "/token", "issuer": base + "/v2.0", "authorization_endpoint": base + "/authorize"})
					return
				}
				w.WriteHeader(test.status)
				if _, err := io.WriteString(w, test.body); err != nil {
					t.Error(err)
				}
			})
			session := newSession(t, authority, azure.Config{
				TenantID: tenant, ClientID: "client", ClientSecret: canary, Endpoints: azure.Endpoints{ActiveDirectory: authority.URL},
			})
			credential, err := session.Credential()
			if err != nil {
				t.Fatal(err)
			}
			_, err = credential.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{"https://x/.default"}})
			got := azure.Describe(err)
			got.Err = nil
			foreign := strings.Contains(strings.Join(got.Next, ""), "azure.endpoints.active_directory")
			if strings.HasSuffix(name, "'s page") != foreign {
				t.Errorf("what to do: %q", got.Next)
			}
			got.Next = nil
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			if text := azure.Wrap("list", err).Error(); strings.Contains(text, canary) || len(text) > 300 {
				t.Errorf("too long or not secret-free: %s", text)
			}
		})
	}
}
