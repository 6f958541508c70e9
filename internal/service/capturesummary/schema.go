package capturesummary

import (
	"context"
	"errors"
	"maps"
	"regexp"
	"strings"
	"time"

	datatimeouts "github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/pcapfilter"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

const (
	description = "Says what is in a packet capture: protocols, conversations, refused and unanswered connections, retransmissions, DNS answers, TLS server names. " +
		"pcap and pcapng are read as a stream, in memory that does not grow with the file; no payload is kept. " +
		"Files that follow each other in time, as those of a ring do, are one capture. One that begins before another ended was captured elsewhere: its conversations are followed by themselves, and what two places saw counts for each. " +
		"Where several are to be read at once, they are read one after another, so that the provider needs the memory of one to read and not of all: the time in `timeouts` includes waiting for the others."
	resourceDescription = description + "\n\nThe files are read once, when the resource is created; changing anything but `timeouts` reads again. " +
		"What was found stays in the state: a file that the storage deletes later is no drift. Destroying the resource leaves the files that it wrote."
	dataDescription = description + "\n\nThe files are read at each plan. To read once and keep the answer, use the resource. " +
		"It also reads URLs and containers with a shared access signature (SAS), which are write-only arguments and do not exist in data sources."

	sourceDescription           = "Where the capture is: exactly one of the following."
	captureDescription          = "ARM ID of an Azure packet capture. Its files are read when the session has ended, those of a ring buffer and of the instances of a scale set included. Captures of one scale set that may have run at the same time each need their own `storage_path`: without it nothing tells their files apart. The provider's credential needs the role Storage Blob Data Reader."
	blobURLsDescription         = "URLs of blobs, without a signature: the provider's credential needs the role Storage Blob Data Reader."
	secretDescription           = "URLs of blobs with a shared access signature (SAS). Write-only: neither plan nor state holds them." //nolint:gosec // no secret
	versionDescription          = "Change it to read again from other `azure_blob_urls_wo`."
	containerDescription        = "URL of a storage container with a shared access signature (SAS) that permits read and list: all its files are read, or those that `azure_container_prefix` selects. For the files of firewalls and VPN gateways. Write-only: neither plan nor state holds it."
	containerVersionDescription = "Change it to read again from another `azure_container_sas_url_wo`."
	prefixDescription           = "How the names of the files begin, for example `tls_` or `2026/11/29/`. Without it the container's files are all read, 1,000 at most."
	taskDescription             = "Capture task of a Huawei Cloud firewall. Its files are read when it has ended, in regions whose object storage gives a link for each file. Elsewhere the service shares a folder for people: download the files in a browser, and use `files`."
	filesDescription            = "Paths of files on this machine. Those of one ring (names that differ in numbers only) are read in the order of their first packets."
	filterDescription           = "Expression of tcpdump's language (pcap-filter): only packets that it selects count. It looks at addresses, ports, protocols, VLANs and lengths (`less`, `greater`) of the outer headers. There is no byte arithmetic (`tcp[13] & 2 != 0`, `len`), and nothing of the link layer (`ether`, `broadcast`, `multicast`, `mpls`, `pppoes`), of interfaces (`inbound`, `outbound`), or inside tunnels (`vxlan`, `geneve`). See the [functions](../functions/capture_filter_expression) that translate it from and to the clouds' own filters."
	namesDescription            = "Whether to keep TLS server names, DNS questions and HTTP hosts. Default `false`, because names say who was visited."
	maximumDescription          = "How many conversations are listed, the largest by bytes, up to 1000. Default 100; the totals count all. Of more, most of the provider's memory and of each plan's time would go into the list: to see others, select them with `filter`."
	saveDescription             = "Folder on this machine in which the files are kept as well, to open them in Wireshark. It is made if it does not exist. Another file of the same name is replaced, with a warning; a file of `source` never is: one that is in the folder already stays as it is, and another of its name gets a number."
	reportDescription           = "Path of an HTML page to write: timeline, protocols, conversations, what stands out first. It needs nothing from elsewhere. A page of an earlier summary is replaced, any other file is not."
	triggersDescription         = "Values of your own."
)

const (
	defaultCreateTimeout     = 30 * time.Minute
	defaultReadTimeout       = 10 * time.Minute
	defaultMaxConversations  = 100
	maxConversationsUpTo     = 1000
	maxSourceFiles           = 1000
	createTimeoutDescription = "How long to wait for the capture's end and its files, and to read them. Default `30m`."
)

// readsAgain ends the description of what a summary is made with.
const readsAgain = " Changing this replaces the summary: the files are read again."

func resourceSchema(ctx context.Context) schema.Schema {
	replace := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	attributes := computed(resultAttributes)
	maps.Copy(attributes, map[string]schema.Attribute{
		"source": schema.SingleNestedAttribute{
			Required: true, MarkdownDescription: sourceDescription + readsAgain, PlanModifiers: []planmodifier.Object{objectplanmodifier.RequiresReplace()},
			Attributes: map[string]schema.Attribute{
				"azure_packet_capture_id": schema.StringAttribute{Optional: true, MarkdownDescription: captureDescription},
				"azure_blob_urls":         schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: blobURLsDescription},
				"azure_blob_urls_wo": schema.ListAttribute{
					Optional: true, WriteOnly: true, Sensitive: true, ElementType: types.StringType, MarkdownDescription: secretDescription,
				},
				"azure_blob_urls_wo_version":         schema.Int64Attribute{Optional: true, MarkdownDescription: versionDescription},
				"azure_container_sas_url_wo":         schema.StringAttribute{Optional: true, WriteOnly: true, Sensitive: true, MarkdownDescription: containerDescription},
				"azure_container_sas_url_wo_version": schema.Int64Attribute{Optional: true, MarkdownDescription: containerVersionDescription},
				"azure_container_prefix":             schema.StringAttribute{Optional: true, MarkdownDescription: prefixDescription},
				"huaweicloud_capture_task":           taskAttribute(),
				"files":                              schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: filesDescription},
			},
		},
		"filter":            schema.StringAttribute{Optional: true, MarkdownDescription: filterDescription + readsAgain, Validators: []validator.String{filterValidator()}, PlanModifiers: replace},
		"include_names":     schema.BoolAttribute{Optional: true, MarkdownDescription: namesDescription + readsAgain, PlanModifiers: []planmodifier.Bool{boolplanmodifier.RequiresReplace()}},
		"max_conversations": schema.Int64Attribute{Optional: true, MarkdownDescription: maximumDescription + readsAgain, Validators: []validator.Int64{int64validator.Between(0, maxConversationsUpTo)}, PlanModifiers: []planmodifier.Int64{int64planmodifier.RequiresReplace()}},
		"save_to":           schema.StringAttribute{Optional: true, MarkdownDescription: saveDescription + readsAgain, Validators: []validator.String{stringvalidator.LengthAtLeast(1)}, PlanModifiers: replace},
		"report_to":         schema.StringAttribute{Optional: true, MarkdownDescription: reportDescription + readsAgain, Validators: []validator.String{stringvalidator.LengthAtLeast(1)}, PlanModifiers: replace},
		"triggers":          schema.MapAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: triggersDescription + readsAgain, PlanModifiers: []planmodifier.Map{mapplanmodifier.RequiresReplace()}},
		"timeouts":          timeouts.Attributes(ctx, timeouts.Opts{Create: true, CreateDescription: createTimeoutDescription}),
	})
	return schema.Schema{MarkdownDescription: resourceDescription, Attributes: attributes}
}

// taskAttribute is that of the resource and of the data source.
func taskAttribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Optional: true, MarkdownDescription: taskDescription, Attributes: map[string]schema.Attribute{
			"fw_instance_id":        schema.StringAttribute{Required: true, MarkdownDescription: "ID of the firewall."},
			"task_id":               schema.StringAttribute{Required: true, MarkdownDescription: "ID of the capture task."},
			"region":                schema.StringAttribute{Optional: true, MarkdownDescription: "Region; default the provider's."},
			"enterprise_project_id": schema.StringAttribute{Optional: true, MarkdownDescription: "Enterprise project; default the provider's."},
		},
	}
}

func dataSchema(ctx context.Context) dataschema.Schema {
	attributes := map[string]dataschema.Attribute{}
	for name, attribute := range computed(resultAttributes) {
		attributes[name] = attribute
	}
	maps.Copy(attributes, map[string]dataschema.Attribute{
		"source": dataschema.SingleNestedAttribute{
			Required: true, MarkdownDescription: sourceDescription,
			Attributes: map[string]dataschema.Attribute{
				"azure_packet_capture_id":  dataschema.StringAttribute{Optional: true, MarkdownDescription: captureDescription},
				"azure_blob_urls":          dataschema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: blobURLsDescription},
				"huaweicloud_capture_task": taskAttribute(),
				"files":                    dataschema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: filesDescription},
			},
		},
		"filter":            dataschema.StringAttribute{Optional: true, MarkdownDescription: filterDescription, Validators: []validator.String{filterValidator()}},
		"include_names":     dataschema.BoolAttribute{Optional: true, MarkdownDescription: namesDescription},
		"max_conversations": dataschema.Int64Attribute{Optional: true, MarkdownDescription: maximumDescription, Validators: []validator.Int64{int64validator.Between(0, maxConversationsUpTo)}},
		"timeouts":          datatimeouts.AttributesWithOpts(ctx, datatimeouts.Opts{ReadDescription: "How long to wait for the files, and to read them. Default `10m`."}),
	})
	return dataschema.Schema{MarkdownDescription: dataDescription, Attributes: attributes}
}

func filterValidator() validator.String {
	return tfkit.StringCheck{
		Title: "Filter cannot be read", Text: "must be an expression of tcpdump's language (pcap-filter)",
		Check: func(value string) error { _, err := pcapfilter.Parse(value); return err },
	}
}

// hasSignature matches the signature of a shared access signature.
var hasSignature = regexp.MustCompile(`[?&]sig=`)

var errSignature = errors.New("the URLs of source.azure_blob_urls hold a shared access signature (sig=), which would be stored in the state as it is. " +
	"Use source.azure_blob_urls_wo, which is write-only, in the resource; or leave the signature out, to sign in with the provider's credential")

// checkPlainURLs refuses signatures. The error names no URL.
func checkPlainURLs(urls []string) error {
	for _, text := range urls {
		if hasSignature.MatchString(strings.ToLower(text)) {
			return errSignature
		}
	}
	return nil
}
