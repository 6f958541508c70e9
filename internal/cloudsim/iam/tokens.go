package iam

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

type token struct {
	projectID string
	expiresAt time.Time
}

// timeLayout is how IAM writes times.
const timeLayout = "2006-01-02T15:04:05.000000Z"

type named struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
}

type tokenRequest struct {
	Auth *struct {
		Identity struct {
			Methods  []string `json:"methods"`
			Password struct {
				User struct {
					Name     string `json:"name"`
					Password string `json:"password"`
					Domain   named  `json:"domain"`
				} `json:"user"`
			} `json:"password"`
		} `json:"identity"`
		Scope struct {
			Project *named `json:"project"`
			Domain  *named `json:"domain"`
		} `json:"scope"`
	} `json:"auth"`
}

func (s *Service) createToken(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Request-Id", NewRequestID())
	var request tokenRequest
	text, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err == nil {
		err = json.Unmarshal(text, &request)
	}
	if err != nil || request.Auth == nil || !slices.Equal(request.Auth.Identity.Methods, []string{"password"}) {
		s.refuse(w, http.StatusBadRequest, "The request body is invalid")
		return
	}
	user := request.Auth.Identity.Password.User
	if user.Name != s.account.userName || user.Password != s.account.password || user.Domain.Name != s.account.domainName {
		s.refuse(w, http.StatusUnauthorized, "The username or password is wrong.")
		return
	}
	project, found := s.scopeOf(request.Auth.Scope.Project, request.Auth.Scope.Domain)
	if !found {
		s.refuse(w, http.StatusBadRequest, "Could not find the project or domain of the scope.")
		return
	}
	value := s.IssueToken(project.ID, s.switches.Duration("token_lifetime"))
	w.Header().Set("X-Subject-Token", value)
	simcore.WriteJSON(w, http.StatusCreated, s.tokenAnswer(value, project))
}

// IssueToken makes a token for a project, or for the whole account when the
// project's id is empty.
func (s *Service) IssueToken(projectID string, lifetime time.Duration) string {
	value := "SIMTOKEN" + randomText(120)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens[value] = token{projectID: projectID, expiresAt: s.core.Clock.Now().Add(lifetime)}
	return value
}

// RevokeTokens makes all tokens invalid.
func (s *Service) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens)
}

func (s *Service) identityOfToken(value string) (Identity, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	issued, known := s.tokens[value]
	if !known || !s.core.Clock.Now().Before(issued.expiresAt) {
		return Identity{}, errors.New("decrypt token fail")
	}
	return Identity{ProjectID: issued.projectID}, nil
}

// scopeOf finds the wanted project; the account's scope has none.
func (s *Service) scopeOf(project, domain *named) (scope Project, found bool) {
	if project == nil {
		return Project{}, domain != nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, candidate := range s.projects {
		if (project.ID != "" && candidate.ID == project.ID) || (project.ID == "" && candidate.Name == project.Name) {
			return candidate, true
		}
	}
	return Project{}, false
}

func (s *Service) tokenAnswer(value string, project Project) any {
	s.mu.Lock()
	defer s.mu.Unlock()
	domain := named{ID: s.account.domainID, Name: s.account.domainName}
	body := map[string]any{
		"catalog":    []any{},
		"expires_at": s.tokens[value].expiresAt.Format(timeLayout),
		"issued_at":  s.core.Clock.Now().Format(timeLayout),
		"methods":    []string{"password"},
		"roles":      []named{{ID: "0", Name: "te_admin"}},
		"user": map[string]any{
			"domain": domain, "id": s.account.userID, "name": s.account.userName, "password_expires_at": "",
		},
	}
	if project.ID != "" {
		body["project"] = map[string]any{"domain": domain, "id": project.ID, "name": project.Name}
	} else {
		body["domain"] = domain
	}
	return map[string]any{"token": body}
}
