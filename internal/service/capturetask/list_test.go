package capturetask_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw"
)

// seedTasks puts in tasks, the last of which is the newest and runs.
func seedTasks(cloud *cloudsim.Cloud) {
	now := cloud.Clock.Now()
	for i, name := range []string{"db", "web-1", "web-2", "web-2"} {
		cloud.CFW.AddTask(cfw.Seed{Name: name, CreatedAt: now.Add(time.Duration(i-3) * time.Hour)})
	}
}

func TestListDataSource(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, map[string]string{"list_order": "by_id"})
	seedTasks(cloud)
	firewall := acctest.Config{"fw_instance_id": cloud.CFW.FirewallID()}
	for name, test := range map[string]struct {
		selection acctest.Config
		want      string
	}{
		"all":               {nil, "web-2:running web-2:completed web-1:completed db:completed"},
		"by name":           {acctest.Config{"name": "web-2"}, "web-2:running web-2:completed"},
		"by expression":     {acctest.Config{"name_regex": "^web-.$"}, "web-2:running web-2:completed web-1:completed"},
		"by status":         {acctest.Config{"status": "running"}, "web-2:running"},
		"by unknown status": {acctest.Config{"status": "unknown(3)"}, ""},
		"by everything":     {acctest.Config{"status": "completed", "name": "web-2", "name_regex": "2$", "region": cloud.IAM.Region(), "enterprise_project_id": "0"}, "web-2:completed"},
		"none":              {acctest.Config{"name": "web"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			read, diagnostics := p.ReadData(t.Context(), typeName+"s", acctest.Changed(firewall, test.selection))
			p.Expect(diagnostics)
			var got []string
			for _, task := range acctest.Elements(t, read, "capture_tasks") {
				got = append(got, acctest.Get(t, task, "name")+":"+acctest.Get(t, task, "status"))
				if id := acctest.Get(t, task, "id"); id != cloud.CFW.FirewallID()+"/"+acctest.Get(t, task, "task_id") || acctest.Get(t, task, "protocol") != "any" {
					t.Errorf("incomplete: %s", task)
				}
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("%v, want %s", got, test.want)
			}
		})
	}
}

func TestListDataSourceErrors(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, nil)
	for name, test := range map[string]struct {
		config acctest.Config
		want   []string
	}{
		"expression": {acctest.Config{"fw_instance_id": cloud.CFW.FirewallID(), "name_regex": "("}, []string{"name_regex", "missing closing"}},
		"status":     {acctest.Config{"fw_instance_id": cloud.CFW.FirewallID(), "status": "done"}, []string{"status", `"done" is no status`, "completed"}},
		"firewall":   {acctest.Config{"fw_instance_id": "no-such-firewall"}, []string{"Could not list capture tasks", "no-such-firewall", "CFW.00200005"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, diagnostics := p.ReadData(t.Context(), typeName+"s", test.config)
			acctest.ExpectError(t, diagnostics, test.want...)
			_, diagnostics = p.List(t.Context(), typeName, test.config, 0, false, 0)
			acctest.ExpectError(t, diagnostics, test.want...)
		})
	}
}

func TestListResource(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		selection       acctest.Config
		limit           int64
		includeResource bool
		most            int
		want            string
	}{
		"all":            {nil, 0, false, 0, "web-2 web-2 web-1 db"},
		"by name":        {acctest.Config{"name_regex": "^web-"}, 0, false, 0, "web-2 web-2 web-1"},
		"by status":      {acctest.Config{"status": "running"}, 0, false, 0, "web-2"},
		"with resources": {nil, 0, true, 0, "web-2 web-2 web-1 db"},
		"limit":          {nil, 2, true, 0, "web-2 web-2"},
		"stopped early":  {nil, 0, true, 1, "web-2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud, p := start(t, nil)
			seedTasks(cloud)
			config := acctest.Changed(acctest.Config{"fw_instance_id": cloud.CFW.FirewallID()}, test.selection)
			listed, diagnostics := p.List(t.Context(), typeName, config, test.limit, test.includeResource, test.most)
			p.Expect(diagnostics)
			var names []string
			for _, item := range listed {
				name, _, _ := strings.Cut(item.DisplayName, " ")
				names = append(names, name)
				task, found := cloud.CFW.Task(acctest.Get(t, item.Identity["task_id"], ""))
				if !found || task.Name != name || acctest.Get(t, item.Identity["region"], "") != cloud.IAM.Region() {
					t.Errorf("identity %v of %s", item.Identity, item.DisplayName)
				}
				if test.includeResource && (acctest.Get(t, item.Resource, "task_id") != task.ID || !acctest.IsSet(t, item.Resource, "status")) {
					t.Errorf("the resource of %s is incomplete: %s", item.DisplayName, item.Resource)
				}
			}
			if got := strings.Join(names, " "); got != test.want {
				t.Errorf("listed %s, want %s", got, test.want)
			}
			if lists := cloud.Journal.Count("cfw", ""); lists != 1 {
				t.Errorf("%d calls, want one", lists)
			}
		})
	}
}
