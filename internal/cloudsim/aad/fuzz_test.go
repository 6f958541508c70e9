package aad_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/aad"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// FuzzToken: nobody gets a token without the secret or a token of the
// federated issuer, and nobody can make or change one.
func FuzzToken(f *testing.F) {
	core := simcore.NewCore(simcore.NewStoppedClock(time.Date(2025, 1, 31, 16, 39, 41, 0, time.UTC)))
	directory, err := aad.New(core, aad.Options{})
	if err != nil {
		f.Fatal(err)
	}
	issued, err := directory.IssueToken("https://management.azure.com", directory.ClientID())
	if err != nil {
		f.Fatal(err)
	}
	f.Add("grant_type=client_credentials&client_id=CLIENT&client_secret=SECRET&scope=https://management.azure.com/.default", uint16(0), "")
	f.Add("grant_type=client_credentials&client_id=CLIENT&client_assertion=ISSUED&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&scope=x", uint16(40), "e30.e30.")
	f.Add("grant_type=client_credentials&client_id=CLIENT&client_secret=wrong&scope=https://management.azure.com/.default", uint16(1), "ISSUED")
	f.Add("scope=%zz;", uint16(900), ".")
	f.Fuzz(func(t *testing.T, body string, at uint16, token string) {
		body = strings.NewReplacer("CLIENT", directory.ClientID(), "SECRET", directory.ClientSecret(), "ISSUED", issued.AccessToken).Replace(body)
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/"+directory.TenantID()+"/oauth2/v2.0/token", strings.NewReader(body))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		recorder := httptest.NewRecorder()
		directory.Route(request).Handle(recorder, request)
		var answer struct {
			Token       string `json:"access_token"`
			Error       string `json:"error"`
			Description string `json:"error_description"`
		}
		if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil || recorder.Code >= 500 {
			t.Fatalf("%q: %d %s, %v", body, recorder.Code, recorder.Body, err)
		}
		form, wrong := url.ParseQuery(body)
		switch {
		case recorder.Code != http.StatusOK:
			if answer.Error == "" || !strings.HasPrefix(answer.Description, "AADSTS") || answer.Token != "" {
				t.Fatalf("%q: %s", body, recorder.Body)
			}
		case wrong != nil || form.Get("client_secret") != directory.ClientSecret() || form.Get("grant_type") != "client_credentials":
			t.Fatalf("%q gets a token", body)
		case directory.Verify(answer.Token) != nil:
			t.Fatalf("%q gets a token that is refused", body)
		}
		if directory.Verify(token) == nil && token != issued.AccessToken && token != answer.Token {
			t.Fatalf("%q is accepted", token)
		}
		// The last character of a part has bits that mean nothing.
		changed := []byte(issued.AccessToken)
		if i := int(at) % len(changed); i < len(changed)-1 && changed[i+1] != '.' && changed[i] != '.' {
			if changed[i] ^= 1; directory.Verify(string(changed)) == nil {
				t.Fatalf("a token with another character at %d is accepted", i)
			}
		}
	})
}
