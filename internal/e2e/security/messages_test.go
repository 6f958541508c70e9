package security

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

// answerError refuses with a text, in the words of every service at once:
// each client reads its own.
func answerError(w http.ResponseWriter, status int, text string) {
	type inner struct {
		Code    string `json:"code"`
		Message string `json:"message"`
		Title   string `json:"title"`
	}
	body, err := json.Marshal(map[string]any{
		// Entra and the metadata services want a text in "error", the others an
		// object.
		"error": inner{text, text, text}, "Error": text, "Message": text, "error_code": text, "error_msg": text, "request_id": text,
	})
	if err != nil {
		panic(err) // It has only texts.
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	write(w, string(body))
}

func answerTokenError(w http.ResponseWriter, status int, text string) {
	body, err := json.Marshal(map[string]string{"error": text, "error_description": text, "correlation_id": text})
	if err != nil {
		panic(err) // It has only texts.
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	write(w, string(body))
}

// refuse answers in the form that the request's service has.
func refuse(w http.ResponseWriter, r *http.Request, status int, text string) {
	if strings.Contains(r.URL.Path, "/oauth2/") || strings.HasPrefix(r.URL.Path, "/metadata/") || strings.Contains(r.URL.Path, "openid-configuration") {
		answerTokenError(w, status, text)
		return
	}
	answerError(w, status, text)
}

// TestMessagesCannotTouchTheTerminal has every service send what a terminal
// obeys, in bodies and headers.
func TestMessagesCannotTouchTheTerminal(t *testing.T) {
	t.Parallel()
	const nasty = "\x1b[2J\x1b]0;owned\x07 Apply\r\ncomplete!\x00\u202e\u009b31m \u2066x\b\b\x7f"
	forEachVictim(t, func(t *testing.T, v victim) {
		t.Helper()
		_, diagnostics := v.attack(t.Context(), t, func(w http.ResponseWriter, r *http.Request) {
			// net/http refuses answers with control characters in headers; it
			// takes everything beyond ASCII.
			for _, name := range []string{"x-ms-request-id", "X-Request-Id", "Server"} {
				w.Header().Set(name, "id\u202e\u009b2J"+strings.Repeat("long", 5_000))
			}
			refuse(w, r, http.StatusBadRequest, nasty+strings.Repeat("long ", 20_000))
		})
		text := strings.Join(append(diagnostics.Errors(), diagnostics.Warnings()...), "\n")
		if text == "" || len(text) > mostErrorText {
			t.Errorf("%d bytes of errors: %.300q", len(text), text)
		}
		for _, c := range text {
			if c != '\n' && !unicode.IsPrint(c) {
				t.Errorf("the error has %q: %.600q", c, text)
				break
			}
		}
	})
}

// TestServicesThatQuoteCredentials has every service send back whatever
// credential it got, as it is and escaped. None of it may be shown.
func TestServicesThatQuoteCredentials(t *testing.T) {
	t.Parallel()
	forEachVictim(t, func(t *testing.T, v victim) {
		t.Helper()
		hostile, diagnostics := v.attack(t.Context(), t, func(w http.ResponseWriter, r *http.Request) {
			found := strings.Join(credentials(t, r), " ")
			w.Header().Set("x-ms-request-id", found)
			w.Header().Set("X-Request-Id", found)
			refuse(w, r, http.StatusForbidden, "you said "+found+" or "+url.QueryEscape(found)+" or "+url.PathEscape(found))
		})
		text := strings.Join(append(diagnostics.Errors(), diagnostics.Warnings()...), "\n")
		if text == "" {
			t.Error("nothing is reported")
		}
		for _, request := range hostile.requests() {
			for _, credential := range credentialsOf(t, request.Header, request.Body) {
				for _, form := range forms(credential) {
					if strings.Contains(text, form) {
						t.Errorf("the error shows a credential of %d characters: %s", len(credential), strings.ReplaceAll(text, form, "<CREDENTIAL>"))
					}
				}
			}
		}
	})
}

func credentials(t *testing.T, r *http.Request) []string {
	t.Helper()
	body := new(strings.Builder)
	if err := r.Write(body); err != nil {
		t.Error(err)
	}
	_, content, _ := strings.Cut(body.String(), "\r\n\r\n")
	return credentialsOf(t, r.Header, content)
}

// credentialsOf finds what authenticates a request. The Data Collector's
// signature is left out: it is worth nothing without the key.
func credentialsOf(t *testing.T, header http.Header, body string) []string {
	t.Helper()
	var found []string
	if token, isBearer := strings.CutPrefix(header.Get("Authorization"), "Bearer "); isBearer {
		found = append(found, token)
	}
	if _, access, isSigned := strings.Cut(header.Get("Authorization"), "Access="); isSigned {
		access, _, _ = strings.Cut(access, ",")
		found = append(found, access)
	}
	for _, name := range []string{"X-Auth-Token", "X-Security-Token", "X-Metadata-Token"} {
		if value := header.Get(name); value != "" {
			found = append(found, value)
		}
	}
	if form, err := url.ParseQuery(body); err == nil {
		for _, name := range []string{"client_secret", "client_assertion"} {
			if value := form.Get(name); value != "" {
				found = append(found, value)
			}
		}
	}
	if _, password, has := strings.Cut(body, `"password":"`); has {
		password, _, _ = strings.Cut(password, `"`)
		found = append(found, password)
	}
	return found
}

// TestAMalformedTokenIsNotShown has the directory send a token in an answer
// that cannot be read: the identity library quotes such answers whole.
func TestAMalformedTokenIsNotShown(t *testing.T) {
	t.Parallel()
	const token = "eyJhbGciOiJub25lIn0.eyJjYW5hcnkiOjF9.c2lnbmF0dXJl"
	entra, isDirectory := victims()["entra token"], func(path string) bool { return strings.Contains(path, "/oauth2/") }
	for name, call := range map[string]victim{
		"packet captures": victims()["resource manager"], "logs ingestion": victims()["logs ingestion"], "log query": victims()["log query"],
	} {
		for kind, body := range map[string]string{
			"cut off":  `{"token_type":"Bearer","expires_in":3599,"access_token":"` + token + `"`,
			"mistyped": `{"token_type":"Bearer","expires_in":{"a":1},"access_token":"` + token + `"}`,
			"no JSON":  token,
		} {
			t.Run(name+" "+kind, func(t *testing.T) {
				t.Parallel()
				v := victim{call: call.call, before: entra.before, environment: entra.environment}
				hostile, diagnostics := v.attack(t.Context(), t, func(w http.ResponseWriter, r *http.Request) {
					if !isDirectory(r.URL.Path) {
						t.Errorf("asked for %s", r.URL.Path)
					}
					w.Header().Set("Content-Type", "application/json")
					write(w, body)
				})
				text := strings.Join(append(diagnostics.Errors(), diagnostics.Warnings()...), "\n")
				if len(hostile.requests()) < 2 || text == "" || strings.Contains(text, token) {
					t.Errorf("%d requests: %s", len(hostile.requests()), text)
				}
			})
		}
	}
}

// TestTheDirectoryCannotSendTheSecretElsewhere has the directory name a token
// endpoint on another origin, or ask for it by an issuer that is none.
func TestTheDirectoryCannotSendTheSecretElsewhere(t *testing.T) {
	t.Parallel()
	other := thief(t, false)
	v := victim{call: readCaptures, environment: victims()["entra token"].environment, before: func(w http.ResponseWriter, r *http.Request, own string) bool {
		tenant, isDiscovery := strings.CutSuffix(r.URL.Path, "/v2.0/.well-known/openid-configuration")
		if isDiscovery {
			answer, err := json.Marshal(map[string]string{
				"token_endpoint": other.URL + tenant + "/oauth2/v2.0/token", "issuer": own + tenant + "/v2.0", "authorization_endpoint": own + "/a",
			})
			if err != nil {
				t.Error(err)
			}
			w.Header().Set("Content-Type", "application/json")
			write(w, string(answer))
		}
		return isDiscovery
	}}
	_, diagnostics := v.attack(t.Context(), t, http.NotFound)
	text := expectClearError(t, diagnostics)
	if !strings.Contains(text, other.port()) || !strings.Contains(text, "another host") {
		t.Error(text)
	}
}

// TestTokensOfServicesCannotInjectHeaders is about a token that one answer
// brings and the next request carries: it may not break out of its place.
func TestTokensOfServicesCannotInjectHeaders(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]string{"line break": "token\r\nX-Injected: yes", "line feed": "token\nX-Injected: yes", "zero": "tok\x00en"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := victim{plain: true, call: readTasks, environment: func(cloud *cloudsim.Cloud, url string) map[string]string {
				return withoutKeys(map[string]string{"CLOUDTAP_HUAWEICLOUD_METADATA_ENDPOINT": url})
			}}
			hostile, diagnostics := v.attack(t.Context(), t, func(w http.ResponseWriter, _ *http.Request) { write(w, value) })
			text := expectClearError(t, diagnostics)
			for _, request := range hostile.requests() {
				if request.Header.Get("X-Injected") != "" {
					t.Error("a header was injected")
				}
			}
			if strings.Contains(text, "token\r") || strings.Contains(text, "X-Injected") {
				t.Errorf("the error shows the token: %q", text)
			}
		})
	}
}
