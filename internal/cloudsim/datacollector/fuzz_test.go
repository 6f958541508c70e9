package datacollector_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/datacollector"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// FuzzPost: what is not signed with a key of the workspace stores nothing,
// and a refusal has one of the documented codes.
func FuzzPost(f *testing.F) {
	right := start.Format(http.TimeFormat)
	f.Add(`[{"a":1}]`, "T", "application/json", right, "SharedKey "+workspaceID+":SIGNATURE", "2016-04-01")
	f.Add(`[{"a":1}]`, "T", "application/json; charset=utf-8", right, "SharedKey "+workspaceID+":e30=", "2016-04-01")
	f.Add(`[{"a":1}]`, "T", "application/json", right, "SharedKey "+workspaceID+":e30=", "2016-04-01")
	f.Add(`{}`, "0", "application/json", strings.ToUpper(right), "SharedKey "+workspaceID+":SIGNATURE", "2016-04-01")
	f.Add(`{`, "a-b", "text/plain", "yesterday", "Bearer x", "")
	f.Fuzz(func(t *testing.T, body, logType, contentType, date, authorization, version string) {
		core := simcore.NewCore(simcore.NewStoppedClock(start))
		store := logstore.New(core.Clock)
		service := datacollector.New(core, store)
		standing, _ := store.Standing(workspaceID)
		mac := hmac.New(sha256.New, standing.Keys[0])
		mac.Write(fmt.Appendf(nil, "POST\n%d\n%s\nx-ms-date:%s\n/api/logs", len(body), contentType, date))
		signature := base64.StdEncoding.EncodeToString(mac.Sum(nil))
		authorization = strings.ReplaceAll(authorization, "SIGNATURE", signature)
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/logs", strings.NewReader(body))
		request.URL.RawQuery = "api-version=" + version
		for name, value := range map[string]string{"Log-Type": logType, "Content-Type": contentType, "x-ms-date": date, "Authorization": authorization} {
			request.Header.Set(name, value)
		}
		if err := service.Switches().Set(datacollector.SwitchRetired, "off"); err != nil {
			t.Fatal(err)
		}
		recorder := httptest.NewRecorder()
		service.Route(request).Handle(recorder, request)
		tables, _ := store.Tables(workspaceID)
		// Signed a little earlier or later is as good.
		at, dateErr := time.Parse(http.TimeFormat, date)
		if len(tables) > 0 && (recorder.Code != http.StatusOK || dateErr != nil || at.Format(http.TimeFormat) != date || at.Sub(start).Abs() > 15*time.Minute || !strings.HasSuffix(strings.TrimRight(authorization, "\r\n"), ":"+signature) || !json.Valid([]byte(body)) || tables[0] != logType+"_CL") {
			t.Fatalf("%d, and stored in %q: %q %q", recorder.Code, tables, authorization, body)
		}
		var refused struct{ Error string }
		if recorder.Code != http.StatusOK && (recorder.Code >= 500 || json.Unmarshal(recorder.Body.Bytes(), &refused) != nil || refused.Error == "") {
			t.Fatalf("%d %s", recorder.Code, recorder.Body)
		}
	})
}
