package iam

import (
	"net/http"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

func (s *Service) authenticated(handle func(http.ResponseWriter, *http.Request)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if _, _, err := s.Authenticate(r); err != nil {
			w.Header().Set("X-Request-Id", NewRequestID())
			s.refuse(w, http.StatusUnauthorized, "The request you have made requires authentication: %s.", err)
			return
		}
		w.Header().Set("X-Request-Id", NewRequestID())
		handle(w, r)
	}
}

func (s *Service) listProjects(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	records := []any{}
	s.mu.Lock()
	for _, project := range s.projects {
		if name := query.Get("name"); name != "" && name != project.Name {
			continue
		}
		records = append(records, map[string]any{
			"id": project.ID, "name": project.Name, "enabled": project.Enabled, "description": "",
			"domain_id": s.account.domainID, "parent_id": s.account.domainID, "is_domain": false,
			"links": links("https://iam.myhuaweicloud.com/v3/projects/" + project.ID),
		})
	}
	s.mu.Unlock()
	simcore.WriteJSON(w, http.StatusOK, map[string]any{
		"projects": records, "links": links("https://iam.myhuaweicloud.com/v3/projects"),
	})
}

func (s *Service) listDomains(w http.ResponseWriter, _ *http.Request) {
	self := map[string]string{"self": "https://iam.myhuaweicloud.com/v3/auth/domains"}
	simcore.WriteJSON(w, http.StatusOK, map[string]any{
		"domains": []any{map[string]any{
			"id": s.account.domainID, "name": s.account.domainName, "enabled": true, "description": "", "links": self,
		}},
		"links": self,
	})
}

func links(self string) map[string]any {
	return map[string]any{"self": self, "next": nil, "previous": nil}
}
