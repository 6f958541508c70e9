// Package edgecapture serves the packet captures of Azure's network edge:
// firewalls, VPN gateways and Virtual WAN.
package edgecapture

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/blob"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/edgecapture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/sas"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// The types without the provider's name, of resources and actions.
const (
	FirewallTypeName = "azure_firewall_packet_capture"
	VPNTypeName      = "azure_vpn_packet_capture"
)

// clients is what the service needs of the provider.
type clients interface {
	EdgeCapture() (*edgecapture.Client, error)
	AzureSession() (*azure.Session, error)
	// AzureCaptureSASURL is the environment's container; it may be empty.
	AzureCaptureSASURL() string
}

// sasVariable is the environment variable of AzureCaptureSASURL.
const sasVariable = "CLOUDTAP_AZURE_CAPTURE_SAS_URL"

// What captures have for a status.
const (
	statusRunning   = "running"
	statusCompleted = "completed"
	statusFailed    = "failed"
	statusStopped   = "stopped"
	statusEnded     = "ended"
	statusUnknown   = "unknown"
)

func openClient(of clients, what string, diags *diag.Diagnostics) (*edgecapture.Client, bool) {
	if of == nil {
		diags.AddError("Could not use Azure", what+" cannot be reached: the provider is not configured.")
		return nil, false
	}
	client, err := of.EdgeCapture()
	if err != nil {
		diags.AddError("Could not use Azure", tfkit.Failure{What: what + " cannot be reached: " + strings.TrimSuffix(err.Error(), ".") + "."}.Detail())
	}
	return client, err == nil && !diags.HasError()
}

const sasTitle = "SAS URL cannot be used"

// sasSource is where a container's URL was given, for errors: those have no
// attribute's path, as the CLI would quote the line on which the signature may
// stand.
func sasSource(configured types.String) string {
	if configured.ValueString() != "" {
		return "sas_url_wo"
	}
	return sasVariable
}

// container returns the container of the configuration, or else of the
// environment, if its signature is valid until a time. It is for what uses the
// container: nothing else, and above all no destroy, shall fail of a signature.
func container(of clients, configured types.String, from, until time.Time, diags *diag.Diagnostics) (sas.Container, bool) {
	text := configured.ValueString()
	if text == "" && of != nil {
		text = of.AzureCaptureSASURL()
	}
	if text == "" {
		diags.AddError("SAS URL is missing", "The files are written to a storage container. Set sas_url_wo, or the environment variable "+sasVariable+
			", to the URL of an existing container with a shared access signature that permits create and write (sp=cw).")
		return sas.Container{}, false
	}
	found, err := sas.Parse(text)
	if err == nil {
		err = found.CheckValid(from, until)
	}
	if err != nil {
		diags.AddError(sasTitle, sasSource(configured)+": "+err.Error()+".")
		return sas.Container{}, false
	}
	return found, true
}

// planContainer checks the container at plan, and returns it if it can be used. With harmless, problems are warnings:
// Terraform makes the same plan before a destroy, which needs no container, or has
// that of the environment.
func planContainer(of clients, configured types.String, from, until time.Time, harmless bool, diags *diag.Diagnostics) sas.Container {
	var problems diag.Diagnostics
	found, _ := container(of, configured, from, until, &problems)
	for _, problem := range problems {
		if harmless {
			problem = diag.NewWarningDiagnostic(problem.Summary(), problem.Detail()+"\n\nAn apply fails of it, a destroy does not.")
		}
		diags.Append(problem)
	}
	warnOfAddresses(found, configured, diags)
	return found
}

// noteRead lets the plan of a tainted capture, which comes without its state, be told
// from that of a new one: it was read before, and not planned with a state.
func noteRead(of clients, name string, read bool) {
	if of == nil {
		return
	}
	if client, err := of.EdgeCapture(); err == nil {
		client.SetRead(name, read)
	}
}

// warnOfAddresses says what a signature that is bound to addresses leads to.
func warnOfAddresses(of sas.Container, configured types.String, diags *diag.Diagnostics) {
	if of.Addresses != "" {
		diags.AddWarning("SAS URL is bound to addresses", sasSource(configured)+": sip is \""+of.Addresses+"\", and the files are written by Azure's firewall or gateway, not from this machine. "+
			"Storage refuses them, after the capture, unless they come from there. Make a signature without sip if that is not certain.")
	}
}

// fileOf matches the names that a capture's files have: the name that was asked
// for, a time perhaps, and the instance's number. The capture "hub" has no file
// that is called "hub-west_0.pcap".
func fileOf(name string) *regexp.Regexp {
	return regexp.MustCompile(`^` + regexp.QuoteMeta(strings.TrimSuffix(name, ".pcap")) + `(?:[_-]\d{8}[T_-]?\d{6}Z?)?_\d{1,3}\.pcap$`)
}

// countFiles counts the files of a firewall's capture that were stored at a time or
// later. ok is false if that cannot be found out: most signatures do not permit to list.
func countFiles(ctx context.Context, of clients, into sas.Container, name string, since time.Time) (count int, ok bool) {
	session, err := of.AzureSession()
	if err != nil || !into.MayList() {
		return 0, false
	}
	reference, err := blob.Parse(into.Secret())
	if err != nil {
		return 0, false
	}
	found, err := blob.NewClient(session).List(ctx, reference, strings.TrimSuffix(name, ".pcap"))
	own, since := fileOf(name), since.Truncate(time.Second) // Storage says no more than seconds.
	for _, file := range found {
		if own.MatchString(file.Reference.Name) && !file.LastModified.Before(since) {
			count++
		}
	}
	return count, err == nil
}

func timeText(at time.Time) types.String {
	return types.StringValue(at.UTC().Truncate(time.Second).Format(time.RFC3339))
}

// timeOf reads what timeText wrote; the zero time if there is none.
func timeOf(text types.String) time.Time {
	at, err := time.Parse(time.RFC3339, text.ValueString())
	if err != nil {
		return time.Time{}
	}
	return at
}

func seconds(of types.Int64) time.Duration { return time.Duration(of.ValueInt64()) * time.Second }
