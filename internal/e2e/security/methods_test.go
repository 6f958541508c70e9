package security

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// method is one way to sign in to one cloud.
type method struct {
	// cloud is "azure" or "huaweicloud".
	cloud string
	// settings are the provider's, environment the same as variables. Those
	// of a service principal are added by the caller.
	settings, environment map[string]string
	// secrets are what must not be seen, by their names.
	secrets map[string][]string
	// proof recognises a request that succeeded because of this method.
	proof func(simcore.Exchange) bool
}

const certificatePassword = "canary-of-the-certificate-9c1f"

// methods prepares every way to sign in.
func methods(t *testing.T, cloud *cloudsim.Cloud, w *workspace) map[string]method {
	t.Helper()
	all := map[string]method{
		"client_secret": {
			cloud: "azure", settings: map[string]string{"client_secret": cloud.AAD.ClientSecret()},
			environment: map[string]string{"ARM_CLIENT_SECRET": cloud.AAD.ClientSecret()},
			secrets:     map[string][]string{"client secret": {cloud.AAD.ClientSecret()}},
			proof:       tokenRequest("client_secret=" + url.QueryEscape(cloud.AAD.ClientSecret())),
		},
		"certificate":      pemMethod(t, cloud, w),
		"certificate_file": pfxMethod(t, cloud),
		"federated":        federatedMethod(t, cloud, w),
		"managed_identity": {
			cloud: "azure", settings: map[string]string{"use_managed_identity": "true"}, environment: map[string]string{"ARM_USE_MSI": "true"},
			proof: succeeded("imds", func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/metadata/identity/") }),
		},
		"cli": cliMethod(t, cloud, w),
	}
	for name, method := range huaweiCloudMethods(cloud) {
		all[name] = method
	}
	return all
}

func succeeded(service string, matches func(*http.Request) bool) func(simcore.Exchange) bool {
	return func(exchange simcore.Exchange) bool {
		return exchange.Service == service && exchange.Status < http.StatusMultipleChoices && matches(exchange.Request)
	}
}

// tokenRequest recognises a token that was issued for a body with a part.
func tokenRequest(part string) func(simcore.Exchange) bool {
	return func(exchange simcore.Exchange) bool {
		return exchange.Operation == "Token" && exchange.Status == http.StatusOK && bytes.Contains(exchange.RequestBody, []byte(part))
	}
}

// signedBy recognises a token that was issued for an assertion which a
// certificate signed.
func signedBy(certificate []byte) func(simcore.Exchange) bool {
	thumbprint := sha256.Sum256(certificate)
	return func(exchange simcore.Exchange) bool {
		form, err := url.ParseQuery(string(exchange.RequestBody))
		header, _, _ := strings.Cut(form.Get("client_assertion"), ".")
		decoded, decodeErr := base64.RawURLEncoding.DecodeString(header)
		if err != nil || decodeErr != nil || exchange.Status != http.StatusOK {
			return false
		}
		return bytes.Contains(decoded, []byte(base64.StdEncoding.EncodeToString(thumbprint[:]))) ||
			bytes.Contains(decoded, []byte(base64.RawURLEncoding.EncodeToString(thumbprint[:])))
	}
}

func pemMethod(t *testing.T, cloud *cloudsim.Cloud, w *workspace) method {
	t.Helper()
	content, err := cloud.AAD.NewClientCertificate()
	if err != nil {
		t.Fatal(err)
	}
	certificate, rest := pem.Decode(content)
	lines := strings.Split(string(rest), "\n")
	path := w.input("certificate.pem", string(content))
	return method{
		cloud: "azure", settings: map[string]string{"client_certificate_path": path}, environment: map[string]string{"ARM_CLIENT_CERTIFICATE_PATH": path},
		// Lines from the middle of the key, which are like no other key's.
		secrets: map[string][]string{"private key": lines[4:8]},
		proof:   signedBy(certificate.Bytes),
	}
}

// pfxMethod has a file with a password. Its key is good for nothing else, and
// the library that reads such files cannot write them.
func pfxMethod(t *testing.T, cloud *cloudsim.Cloud) method {
	t.Helper()
	const path = "testdata/client.pfx"
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	certificates, _, err := azidentity.ParseCertificates(content, []byte(certificatePassword))
	if err != nil {
		t.Fatal(err)
	}
	cloud.AAD.RegisterCertificate(certificates[0])
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	return method{
		cloud:       "azure",
		settings:    map[string]string{"client_certificate_path": folder + "/" + path, "client_certificate_password": certificatePassword},
		environment: map[string]string{"ARM_CLIENT_CERTIFICATE_PATH": folder + "/" + path, "ARM_CLIENT_CERTIFICATE_PASSWORD": certificatePassword},
		secrets:     map[string][]string{"certificate password": {certificatePassword}},
		proof:       signedBy(certificates[0].Raw),
	}
}

func federatedMethod(t *testing.T, cloud *cloudsim.Cloud, w *workspace) method {
	t.Helper()
	token, err := cloud.AAD.FederatedToken(time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	path := w.input("federated-token", token)
	return method{
		cloud: "azure", settings: map[string]string{"oidc_token_file_path": path}, environment: map[string]string{"AZURE_FEDERATED_TOKEN_FILE": path},
		secrets: map[string][]string{"federated token": {token}},
		proof:   tokenRequest("client_assertion=" + url.QueryEscape(token)),
	}
}

// cliMethod puts a program az into the workspace's PATH. It prints a token of
// the directory, as the real one does.
func cliMethod(t *testing.T, cloud *cloudsim.Cloud, w *workspace) method {
	t.Helper()
	token, err := cloud.AAD.IssueToken("https://management.core.windows.net/", cloud.AAD.ClientID())
	if err != nil {
		t.Fatal(err)
	}
	answer, err := json.Marshal(map[string]any{"accessToken": token.AccessToken, "expires_on": time.Now().Add(time.Hour).Unix(), "tokenType": "Bearer"})
	if err != nil {
		t.Fatal(err)
	}
	folder := w.inputs + "/bin"
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	script := fmt.Sprintf("#!/bin/sh\ncat %s\n", w.input("az.json", string(answer)))
	if err := os.WriteFile(folder+"/az", []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	w.env["PATH"] = folder + ":" + w.env["PATH"]
	return method{
		cloud: "azure", settings: map[string]string{"use_cli": "true"}, environment: map[string]string{"ARM_USE_CLI": "true"},
		secrets: map[string][]string{"access token": {token.AccessToken}},
		proof: succeeded("arm", func(r *http.Request) bool {
			return r.Header.Get("Authorization") == "Bearer "+token.AccessToken
		}),
	}
}

func huaweiCloudMethods(cloud *cloudsim.Cloud) map[string]method {
	key, temporary := cloud.IAM.PermanentKey(), cloud.IAM.IssueTemporaryKey(time.Hour)
	token := cloud.IAM.IssueToken(cloud.IAM.ProjectID(), time.Hour)
	user, password, domain := cloud.IAM.User()
	header := func(name, part string) func(simcore.Exchange) bool {
		return succeeded("cfw", func(r *http.Request) bool { return strings.Contains(r.Header.Get(name), part) })
	}
	return map[string]method{
		"access_key": {
			cloud: "huaweicloud", settings: map[string]string{"access_key": key.Access, "secret_key": key.Secret},
			environment: map[string]string{"HW_ACCESS_KEY": key.Access, "HW_SECRET_KEY": key.Secret},
			secrets:     map[string][]string{"access key": {key.Access}, "secret key": {key.Secret}},
			proof:       header("Authorization", "Access="+key.Access+","),
		},
		"temporary_key": {
			cloud:       "huaweicloud",
			settings:    map[string]string{"access_key": temporary.Access, "secret_key": temporary.Secret, "security_token": temporary.SecurityToken},
			environment: map[string]string{"HW_ACCESS_KEY": temporary.Access, "HW_SECRET_KEY": temporary.Secret, "HW_SECURITY_TOKEN": temporary.SecurityToken},
			secrets:     map[string][]string{"temporary access key": {temporary.Access}, "secret key": {temporary.Secret}, "security token": {temporary.SecurityToken}},
			proof:       header("X-Security-Token", temporary.SecurityToken),
		},
		"auth_token": {
			cloud: "huaweicloud", settings: map[string]string{"auth_token": token}, environment: map[string]string{"HW_AUTH_TOKEN": token},
			secrets: map[string][]string{"auth token": {token}},
			proof:   header("X-Auth-Token", token),
		},
		"password": {
			cloud: "huaweicloud", settings: map[string]string{"user_name": user, "password": password, "domain_name": domain},
			environment: map[string]string{"HW_USER_NAME": user, "HW_USER_PASSWORD": password, "HW_DOMAIN_NAME": domain},
			secrets:     map[string][]string{"password": {password}},
			proof:       succeeded("iam", func(r *http.Request) bool { return r.URL.Path == "/v3/auth/tokens" }),
		},
		"agency": {
			cloud: "huaweicloud", proof: succeeded("ecs_metadata", func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/securitykey") }),
		},
	}
}
