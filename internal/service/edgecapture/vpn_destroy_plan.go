package edgecapture

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/sas"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

const (
	cannotDestroy    = "Packet capture runs, and cannot be stopped"
	cannotDestroyYet = "Packet capture runs, and cannot be stopped yet"
)

// destroyContainer returns the container of a destroy, which is the environment's.
// why is what keeps it from being used now; passes is whether that mends itself by
// the time of the apply.
func destroyContainer(of clients, now time.Time) (found sas.Container, why string, passes bool) {
	text := of.AzureCaptureSASURL()
	if text == "" {
		return sas.Container{}, sasVariable + " is not set.", false
	}
	found, err := sas.Parse(text)
	if err == nil {
		err = found.CheckValid(now, now)
		passes = err != nil && found.Starts.After(now) && found.CheckValid(found.Starts, found.Starts) == nil
	}
	if err != nil {
		return sas.Container{}, sasVariable + ": " + err.Error() + ".", passes
	}
	return found, "", false
}

// destroyPlan is what a destroy of a capture that may run would say of its SAS.
type destroyPlan struct {
	// stuck is why it cannot stop the capture; empty if it can, or need not.
	stuck string
	// early is the same where it is a matter of time.
	early string
	// stops is whether it stops the capture.
	stops bool
}

func (m *vpnModel) destroyPlan(ctx context.Context, of clients, now time.Time) destroyPlan {
	if !m.mayRun() {
		return destroyPlan{}
	}
	_, why, passes := destroyContainer(of, now)
	switch {
	case why == "":
		return destroyPlan{stops: true}
	case m.abandons():
		return destroyPlan{}
	case passes:
		return destroyPlan{early: m.whyNotDestroyed(ctx, why)}
	}
	return destroyPlan{stuck: m.whyNotDestroyed(ctx, why)}
}

// abandons reports whether a destroy forgets what it cannot stop.
func (m *vpnModel) abandons() bool { return m.OnDestroy.ValueString() == onDestroyAbandon }

// reportDestroy says at plan what the destroy would fail of, and what it stops.
func (m *vpnModel) reportDestroy(ctx context.Context, private tfkit.PrivateGetter, destroy destroyPlan, diags *diag.Diagnostics) {
	switch {
	case destroy.stuck != "":
		diags.AddError(cannotDestroy, destroy.stuck)
	case destroy.early != "":
		diags.AddWarning(cannotDestroyYet, destroy.early)
	case destroy.stops:
		m.warnOfOthers(ctx, private, "Destroying it stops", diags)
	}
}

// planReplace says the same of a configuration that replaces the capture, and
// returns whether that is an error.
func planReplace(ctx context.Context, req resource.ModifyPlanRequest, destroy destroyPlan, diags *diag.Diagnostics) (refused bool) {
	changed := replaces(ctx, req, diags)
	switch {
	case changed == "":
	case destroy.stuck != "":
		diags.AddAttributeError(path.Root(changed), cannotDestroy,
			destroy.stuck+"\n\nThe configuration changes "+changed+", for which an apply has to destroy the capture first. To keep its file: undo that change and apply, which stops the capture; then change it again. "+
				"on_destroy = \"abandon\" has to be applied before that change, not with it, as destroying goes by what the state has.")
		return true
	case destroy.early != "":
		diags.AddAttributeWarning(path.Root(changed), cannotDestroyYet, destroy.early)
	}
	return false
}

// whyNotDestroyed says what a destroy lacks, and the ways out.
func (m *vpnModel) whyNotDestroyed(ctx context.Context, problem string) string {
	var ignored diag.Diagnostics
	j, _ := m.job(ctx, &ignored)
	return tfkit.Failure{
		What: j.describe() + " still runs, as far as the state knows. Stopping it stores its file, which needs a SAS, and sas_url_wo is not there when a resource is destroyed. " + problem,
		Next: []string{
			"To stop it: run terraform apply first, which stops it with the SAS URL in sas_url_wo. Or set the environment variable " + sasVariable + " to the SAS URL of a container, and destroy again.",
			m.howToForget(ctx),
		},
	}.Detail()
}

// howToForget is the way out for whoever has no SAS.
func (m *vpnModel) howToForget(ctx context.Context) string {
	var ignored diag.Diagnostics
	j, _ := m.job(ctx, &ignored)
	return "To forget it: set on_destroy = \"abandon\", apply, and destroy. It runs on until somebody stops it: " + j.stopCommand() + "."
}
