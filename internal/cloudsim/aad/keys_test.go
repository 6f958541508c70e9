package aad_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/aad"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// Tokens verify with the keys that the directory publishes.
func TestPublishedKeys(t *testing.T) {
	t.Parallel()
	f := newFixture(t, aad.Options{})
	token, err := f.directory.IssueToken(managementScope, f.directory.ClientID())
	if err != nil {
		t.Fatal(err)
	}
	status, body := f.do(t, http.MethodGet, "/"+f.directory.TenantID()+"/discovery/v2.0/keys", "", "")
	var set struct {
		Keys []struct{ KID, X, Y string }
	}
	if err := json.Unmarshal(body, &set); err != nil || status != http.StatusOK || len(set.Keys) != 1 {
		t.Fatalf("%d %s: %v", status, body, err)
	}
	point := []byte{4}
	for _, coordinate := range []string{set.Keys[0].X, set.Keys[0].Y} {
		raw, err := base64.RawURLEncoding.DecodeString(coordinate)
		if err != nil {
			t.Fatal(err)
		}
		point = append(point, raw...)
	}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := jwt.Parse(token.AccessToken, func(*jwt.Token) (any, error) { return key, nil }, jwt.WithTimeFunc(f.core.Clock.Now))
	if err != nil {
		t.Fatal(err)
	}
	if parsed.Header["kid"] != set.Keys[0].KID {
		t.Errorf("key id %v, published %s", parsed.Header["kid"], set.Keys[0].KID)
	}
}

// The claims have the types of the directory's tokens: azurerm's reader takes an
// audience that is text, and no list.
func TestClaims(t *testing.T) {
	t.Parallel()
	f := newFixture(t, aad.Options{})
	token, err := f.directory.IssueToken("https://graph.microsoft.com/.default", f.directory.ClientID())
	if err != nil {
		t.Fatal(err)
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token.AccessToken, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(payload, &got); err != nil {
		t.Fatal(err)
	}
	issuer := "https://sts.windows.net/" + f.directory.TenantID() + "/"
	for name, want := range map[string]any{
		"aud": "https://graph.microsoft.com", "appid": f.directory.ClientID(), "tid": f.directory.TenantID(),
		"iss": issuer, "idp": issuer, "oid": got["sub"], "ver": "1.0",
	} {
		if got[name] != want {
			t.Errorf("%s is %v, want %v", name, got[name], want)
		}
	}
}

// What the control API shows and injected errors send holds no secret.
func TestStateAndFaults(t *testing.T) {
	t.Parallel()
	f := newFixture(t, aad.Options{})
	token, err := f.directory.IssueToken(managementScope, f.directory.ClientID())
	if err != nil {
		t.Fatal(err)
	}
	state, err := json.Marshal(f.directory.State())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(state), `"tokensIssued":1`) || strings.Contains(string(state), token.AccessToken) || strings.Contains(string(state), aad.SecretPrefix) {
		t.Errorf("state %s", state)
	}
	for code, want := range map[int]int{http.StatusTooManyRequests: 90055, http.StatusServiceUnavailable: 90033} {
		if err := f.core.Faults.Add(simcore.Fault{Service: "aad", Operation: aad.OperationToken, Kind: simcore.KindStatus, Code: code}); err != nil {
			t.Fatal(err)
		}
		status, body := f.do(t, http.MethodPost, "/"+f.directory.TenantID()+"/oauth2/v2.0/token", "application/x-www-form-urlencoded", "")
		checkRefusal(t, status, body, code, "temporarily_unavailable", want)
	}
}
