package iam_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw/cfwtest"
)

func call(t *testing.T, cloud *cfwtest.Cloud, method, path, token, body string) (int, http.Header, map[string]any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, cloud.IAMURL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		request.Header.Set("X-Auth-Token", token)
	}
	response, err := cloud.HTTP.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		t.Fatal(err)
	}
	var answer map[string]any
	if err := json.Unmarshal(content, &answer); err != nil {
		t.Fatalf("%v in %s", err, content)
	}
	if response.Header.Get("X-Request-Id") == "" {
		t.Error("no X-Request-Id")
	}
	return response.StatusCode, response.Header, answer
}

func tokenBody(user, password, domain, scope string) string {
	return `{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"` + user + `","password":"` + password +
		`","domain":{"name":"` + domain + `"}}}},"scope":` + scope + `}}`
}

func TestTokenByPassword(t *testing.T) {
	t.Parallel()
	cloud := cfwtest.New(t)
	user, password, domain := cloud.IAM.User()
	for name, test := range map[string]struct {
		body   string
		status int
		scope  string
	}{
		"project by name":   {tokenBody(user, password, domain, `{"project":{"name":"cn-north-4"}}`), 201, "project"},
		"project by id":     {tokenBody(user, password, domain, `{"project":{"id":"`+cloud.IAM.ProjectID()+`"}}`), 201, "project"},
		"account":           {tokenBody(user, password, domain, `{"domain":{"name":"`+domain+`"}}`), 201, "domain"},
		"unknown project":   {tokenBody(user, password, domain, `{"project":{"name":"cn-north-9"}}`), 400, ""},
		"text behind it":    {tokenBody(user, password, domain, `{"project":{"name":"cn-north-4"}}`) + " x", 400, ""},
		"no scope":          {tokenBody(user, password, domain, `{}`), 400, ""},
		"wrong password":    {tokenBody(user, "x", domain, `{"project":{"name":"cn-north-4"}}`), 401, ""},
		"unknown user":      {tokenBody("x", password, domain, `{"project":{"name":"cn-north-4"}}`), 401, ""},
		"unknown account":   {tokenBody(user, password, "x", `{"project":{"name":"cn-north-4"}}`), 401, ""},
		"not JSON":          {`{`, 400, ""},
		"no identity":       {`{"auth":{"scope":{}}}`, 400, ""},
		"an empty document": {`{}`, 400, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, header, answer := call(t, cloud, http.MethodPost, "/v3/auth/tokens?nocatalog=true", "", test.body)
			if status != test.status {
				t.Fatalf("got %d %v", status, answer)
			}
			if status != http.StatusCreated {
				if failed, ok := answer["error"].(map[string]any); !ok || failed["code"] != float64(status) || failed["message"] == "" {
					t.Errorf("error body %v", answer)
				}
				return
			}
			token := answer["token"].(map[string]any)
			if header.Get("X-Subject-Token") == "" || token[test.scope] == nil || token["expires_at"] != "2026-01-03T03:04:05.000000Z" {
				t.Errorf("got %v %v", header, token)
			}
		})
	}
}

func TestProjectsAndDomains(t *testing.T) {
	t.Parallel()
	cloud := cfwtest.New(t)
	token := cloud.IAM.IssueToken(cloud.IAM.ProjectID(), time.Hour)
	for path, want := range map[string]int{
		"/v3/projects": 2, "/v3/projects?name=cn-north-4": 1, "/v3/projects?name=cn-north-4_team": 1, "/v3/projects?name=x": 0,
	} {
		_, _, answer := call(t, cloud, http.MethodGet, path, token, "")
		if got := answer["projects"].([]any); len(got) != want {
			t.Errorf("%s: %v", path, got)
		}
	}
	cloud.IAM.AddProject("cn-north-4")
	if _, _, answer := call(t, cloud, http.MethodGet, "/v3/projects?name=cn-north-4", token, ""); len(answer["projects"].([]any)) != 2 {
		t.Errorf("a second project of the name: %v", answer)
	}
	if _, _, answer := call(t, cloud, http.MethodGet, "/v3/auth/domains", token, ""); len(answer["domains"].([]any)) != 1 {
		t.Errorf("domains: %v", answer)
	}
	if status, _, answer := call(t, cloud, http.MethodGet, "/v3/projects", "", ""); status != http.StatusUnauthorized || answer["error"] == nil {
		t.Errorf("without authentication: %d %v", status, answer)
	}
	if status, _, answer := call(t, cloud, http.MethodGet, "/v3/users", token, ""); status != http.StatusNotFound || answer["error_code"] != "APIGW.0101" {
		t.Errorf("unknown path: %d %v", status, answer)
	}
	cloud.Clock.Advance(time.Hour)
	if status, _, _ := call(t, cloud, http.MethodGet, "/v3/projects", token, ""); status != http.StatusUnauthorized {
		t.Errorf("with an expired token: %d", status)
	}
}

func TestStateHoldsNoSecret(t *testing.T) {
	t.Parallel()
	cloud := cfwtest.New(t)
	cloud.IAM.IssueToken("", time.Hour)
	content, err := json.Marshal(cloud.IAM.State())
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(content), "SIM") {
		t.Errorf("the prefix of a secret is in %s", content)
	}
	project := cloud.IAM.ProjectID()
	if !strings.Contains(string(content), project) || !cloud.IAM.Delete(project) || cloud.IAM.Delete(project) {
		t.Error("State and Delete do not know the project")
	}
}

func TestEnv(t *testing.T) {
	t.Parallel()
	cloud := cfwtest.New(t)
	env := map[string]string{}
	for _, variable := range append(cloud.IAM.Env("https://iam"), cloud.CFW.Env("https://cfw")...) {
		env[variable.Name] = variable.Value
	}
	key := cloud.IAM.PermanentKey()
	for name, want := range map[string]string{
		"CLOUDTAP_HUAWEICLOUD_IAM_ENDPOINT": "https://iam", "CLOUDTAP_HUAWEICLOUD_CFW_ENDPOINT": "https://cfw",
		"HW_REGION_NAME": "cn-north-4", "HW_ACCESS_KEY": key.Access, "HW_SECRET_KEY": key.Secret,
		"CLOUDTAP_SIM_PROJECT_ID": cloud.IAM.ProjectID(), "CLOUDTAP_SIM_FW_INSTANCE_ID": cloud.CFW.FirewallID(),
	} {
		if env[name] != want || want == "" {
			t.Errorf("%s is %q, want %q", name, env[name], want)
		}
	}
}
