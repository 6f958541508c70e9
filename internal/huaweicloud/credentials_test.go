package huaweicloud

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

func TestEveryWayToAuthenticate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		configure func(h *harness, config *Config)
		tokens    int
	}{
		"access key": {func(*harness, *Config) {}, 0},
		"temporary access key": {func(h *harness, config *Config) {
			key := h.IAM.IssueTemporaryKey(time.Hour)
			config.AccessKey, config.SecretKey, config.SecurityToken = key.Access, key.Secret, key.SecurityToken
		}, 0},
		"ready-made token, before anything else": {func(h *harness, config *Config) {
			config.AuthToken = h.IAM.IssueToken(h.IAM.ProjectID(), time.Hour)
			config.SecretKey = "wrong"
			config.UserName, config.Password, config.DomainName = "x", "y", "z"
		}, 0},
		"access key, before the password": {func(_ *harness, config *Config) {
			config.UserName, config.Password, config.DomainName = "x", "y", "z"
		}, 0},
		"password": {func(h *harness, config *Config) {
			withoutCredentials(config)
			config.UserName, config.Password, config.DomainName = h.IAM.User()
		}, 1},
		"ECS agency": {func(_ *harness, config *Config) { withoutCredentials(config) }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			s := h.session(func(config *Config) { test.configure(h, config) })
			mustDo(t, s, h.list())
			mustDo(t, s, h.list())
			if got := h.Journal.Count("iam", "KeystoneCreateUserTokenByPassword"); got != test.tokens {
				t.Errorf("%d tokens were asked for, want %d", got, test.tokens)
			}
			if want := map[bool]int{true: 1, false: 0}[name == "ECS agency"]; h.Journal.Count("ecs_metadata", "GetSecurityKey") != want {
				t.Errorf("the metadata service was asked for keys %d times, want %d", h.Journal.Count("ecs_metadata", "GetSecurityKey"), want)
			}
		})
	}
}

func TestTokensAndKeysAreRenewedBeforeTheyEnd(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		configure          func(h *harness, config *Config)
		service, operation string
	}{
		"password": {func(h *harness, config *Config) {
			config.UserName, config.Password, config.DomainName = h.IAM.User()
		}, "iam", "KeystoneCreateUserTokenByPassword"},
		"ECS agency": {func(*harness, *Config) {}, "ecs_metadata", "GetSecurityKey"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			s := h.session(func(config *Config) { withoutCredentials(config); test.configure(h, config) })
			mustDo(t, s, h.list())
			for _, step := range []struct {
				after time.Duration
				want  int
			}{{24*time.Hour - renewBefore - time.Second, 1}, {2 * time.Second, 2}} {
				if err := h.clock.Sleep(t.Context(), step.after); err != nil {
					t.Fatal(err)
				}
				mustDo(t, s, h.list())
				if got := h.Journal.Count(test.service, test.operation); got != step.want {
					t.Errorf("%s later: fetched %d times, want %d", step.after, got, step.want)
				}
			}
		})
	}
}

func TestARevokedTokenIsReplacedOnce(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	s := h.session(func(config *Config) {
		withoutCredentials(config)
		config.UserName, config.Password, config.DomainName = h.IAM.User()
	})
	mustDo(t, s, h.list())
	h.IAM.RevokeTokens()
	// Also a call that must not be sent twice: the gateway refused it.
	mustDo(t, s, h.create())
	if got := h.Journal.Count("iam", "KeystoneCreateUserTokenByPassword"); got != 2 {
		t.Errorf("%d tokens were asked for, want 2", got)
	}
	h.Fail(t, "ListCaptureTask", statusFault(http.StatusUnauthorized, -1))
	err := s.Do(t.Context(), h.list(), nil)
	var refused *Error
	if !errors.As(err, &refused) || refused.Status != http.StatusUnauthorized {
		t.Fatalf("got %v", err)
	}
	if got := h.Journal.Count("iam", "KeystoneCreateUserTokenByPassword"); got != 3 {
		t.Errorf("%d tokens were asked for, want 3", got)
	}
}

// TestATokenIsNotReplacedForAnythingThatSays401 has the service act on a create
// with a cached token, and a page with 401 come instead of the answer.
func TestATokenIsNotReplacedForAnythingThatSays401(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	s := h.session(func(config *Config) {
		withoutCredentials(config)
		config.UserName, config.Password, config.DomainName = h.IAM.User()
	})
	fault := pageFault(http.StatusUnauthorized)
	fault.Kind = simcore.KindReplaced
	h.Fail(t, "CreateCaptureTask", fault)
	if err := s.Do(t.Context(), h.create(), nil); !errors.As(err, new(*LostAnswerError)) || len(h.CFW.Tasks()) != 1 {
		t.Errorf("got %v and %d tasks", err, len(h.CFW.Tasks()))
	}
}

// A wrong password that is tried again and again locks the account.
func TestAWrongPasswordIsTriedOnce(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	s := h.session(func(config *Config) {
		withoutCredentials(config)
		config.UserName, _, config.DomainName = h.IAM.User()
		config.Password = "canary-password"
	})
	err := s.Do(t.Context(), h.list(), nil)
	wantMentioned(t, err, "sim-user", "401", "The username or password is wrong.", "KeystoneCreateUserTokenByPassword")
	if got := h.Journal.Count("iam", "KeystoneCreateUserTokenByPassword"); got != 1 {
		t.Errorf("the password was tried %d times", got)
	}
	if strings.Contains(err.Error()+h.log(), "canary-password") {
		t.Error("the password is in an error or a log")
	}
}

func TestIncompleteCredentialsNameWhatIsMissing(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	for name, test := range map[string]struct {
		config  Config
		missing []string
	}{
		"no secret key":         {Config{AccessKey: "canary"}, []string{"secret_key (HW_SECRET_KEY)"}},
		"no access key":         {Config{SecretKey: "canary"}, []string{"access_key (HW_ACCESS_KEY)"}},
		"only a security token": {Config{SecurityToken: "canary"}, []string{"access_key", "secret_key"}},
		"no password":           {Config{UserName: "canary", DomainName: "canary"}, []string{"password (HW_USER_PASSWORD)"}},
		"no account":            {Config{UserName: "canary", Password: "canary"}, []string{"domain_name (HW_DOMAIN_NAME)"}},
		"only an account":       {Config{DomainName: "canary"}, []string{"user_name", "password"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.config.Region, test.config.ProjectID = "cn-north-4", "p1"
			test.config.Endpoints = Endpoints{CFW: h.CFWURL, Metadata: h.MetadataURL}
			err := NewSession(test.config).Do(t.Context(), h.list(), nil)
			wantMentioned(t, err, append(test.missing, "incomplete")...)
			if strings.Contains(err.Error(), "canary") {
				t.Errorf("%q contains a value", err)
			}
		})
	}
	if h.Journal.Count("ecs_metadata", "") != 0 {
		t.Error("the metadata service was asked although something is configured")
	}
}

func TestAgencyOfEveryKindOfServer(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"optional", "required", "unsupported_404", "unsupported_405", "unsupported_503"} {
		t.Run(value, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			if err := h.Metadata.Switches().Set("metadata_token", value); err != nil {
				t.Fatal(err)
			}
			mustDo(t, h.session(withoutCredentials), h.list())
			if got, want := h.Journal.Count("ecs_metadata", "GetMetadataToken"), 1; got != want {
				t.Errorf("asked for a token %d times, want %d", got, want)
			}
		})
	}
}

func TestWithoutAnyCredentialsTheErrorNamesWhatWasLookedFor(t *testing.T) {
	t.Parallel()
	looked := []string{"HW_AUTH_TOKEN", "HW_ACCESS_KEY", "HW_SECRET_KEY", "HW_USER_NAME", "HW_USER_PASSWORD", "HW_DOMAIN_NAME", "agency of an ECS"}

	h := newHarness(t)
	h.Metadata.Delete("sim-agency")
	wantMentioned(t, h.session(withoutCredentials).Do(t.Context(), h.list(), nil), append(looked, "this ECS has no agency", h.MetadataURL)...)

	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(silent.Close)
	for endpoint, why := range map[string]string{silent.URL: "no answer within 30ms", "http://127.0.0.1:1": "connection refused"} {
		s := h.session(func(config *Config) { withoutCredentials(config); config.Endpoints.Metadata = endpoint })
		found, err := s.credential()
		if err != nil {
			t.Fatal(err)
		}
		agency, ok := found.(*agencyCredential)
		if !ok {
			t.Fatalf("got %T", found)
		}
		if agency.timeout != 3*time.Second {
			t.Errorf("the metadata service may take %s", agency.timeout)
		}
		if endpoint == silent.URL {
			agency.timeout = 30 * time.Millisecond
		}
		wantMentioned(t, s.Do(t.Context(), h.list(), nil), append(looked, why)...)
	}
}

func TestAgencyKeysNeverShow(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := `{"credential":{"access":"canary-access","secret":"canary-secret","expires_at":"canary-time"}}`
		if r.Method == http.MethodPut {
			body = "canary-token"
		}
		if _, err := w.Write([]byte(body)); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	h := newHarness(t)
	s := h.session(func(config *Config) { withoutCredentials(config); config.Endpoints.Metadata = server.URL })
	err := s.Do(t.Context(), h.list(), nil)
	wantMentioned(t, err, "no readable keys")
	if strings.Contains(err.Error()+h.log(), "canary") {
		t.Errorf("a key is in %q or in the log", err)
	}
}
