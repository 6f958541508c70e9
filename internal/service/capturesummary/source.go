package capturesummary

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/blob"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud/obs"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/process"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// clients is what the service needs of the provider.
type clients interface {
	NetworkWatcher() (*networkwatcher.Client, error)
	AzureSession() (*azure.Session, error)
	CFW() (*cfw.Client, error)
	ObjectStorage() *obs.Client
	ReadingTurns() *process.Turns
}

// sourceModel is the source of a resource; a data source has no write-only
// members.
type sourceModel struct {
	AzurePacketCaptureID          types.String `tfsdk:"azure_packet_capture_id"`
	AzureBlobURLs                 types.List   `tfsdk:"azure_blob_urls"`
	AzureBlobURLsWO               types.List   `tfsdk:"azure_blob_urls_wo"`
	AzureBlobURLsWOVersion        types.Int64  `tfsdk:"azure_blob_urls_wo_version"`
	AzureContainerSASURLWO        types.String `tfsdk:"azure_container_sas_url_wo"`
	AzureContainerSASURLWOVersion types.Int64  `tfsdk:"azure_container_sas_url_wo_version"`
	AzureContainerPrefix          types.String `tfsdk:"azure_container_prefix"`
	HuaweiCloudCaptureTask        types.Object `tfsdk:"huaweicloud_capture_task"`
	Files                         types.List   `tfsdk:"files"`
}

type dataSourceModel struct {
	AzurePacketCaptureID   types.String `tfsdk:"azure_packet_capture_id"`
	AzureBlobURLs          types.List   `tfsdk:"azure_blob_urls"`
	HuaweiCloudCaptureTask types.Object `tfsdk:"huaweicloud_capture_task"`
	Files                  types.List   `tfsdk:"files"`
}

func (m dataSourceModel) source() sourceModel {
	null := types.ListNull(types.StringType)
	return sourceModel{AzurePacketCaptureID: m.AzurePacketCaptureID, AzureBlobURLs: m.AzureBlobURLs, AzureBlobURLsWO: null, HuaweiCloudCaptureTask: m.HuaweiCloudCaptureTask, Files: m.Files}
}

// check finds what is wrong with a source, as far as it is known. Its errors have
// no path: the CLI would quote a line on which a signature may stand. Whether
// something is missing matters only to who reads: a signature need not be there any
// more when a summary is kept or destroyed.
func (m sourceModel) check(ctx context.Context, reads bool, diags *diag.Diagnostics) {
	set, unknown := 0, 0
	for _, value := range []attr.Value{m.AzurePacketCaptureID, m.AzureBlobURLs, m.AzureBlobURLsWO, m.AzureContainerSASURLWO, m.HuaweiCloudCaptureTask, m.Files} {
		switch {
		case value.IsUnknown():
			unknown++
		case !value.IsNull():
			set++
		}
	}
	if set > 1 || reads && set+unknown == 0 {
		diags.AddError("Exactly one source",
			fmt.Sprintf("Set exactly one of azure_packet_capture_id, azure_blob_urls, azure_blob_urls_wo and azure_container_sas_url_wo (in the resource), huaweicloud_capture_task and files; %d are set.", set))
		return
	}
	if id := m.AzurePacketCaptureID; !id.IsNull() && !id.IsUnknown() {
		if _, err := networkwatcher.ParsePacketCaptureID(id.ValueString()); err != nil {
			diags.AddError("Not the ID of a packet capture", "source.azure_packet_capture_id: "+tfkit.Sentence(err))
		}
	}
	m.checkContainer(reads, diags)
	m.checkTask(ctx, diags)
	for name, list := range map[string]types.List{"azure_blob_urls": m.AzureBlobURLs, "azure_blob_urls_wo": m.AzureBlobURLsWO, "files": m.Files} {
		texts, ok := knownTexts(ctx, list, diags)
		if !ok {
			return
		}
		known := !list.IsNull() && !list.IsUnknown()
		if known && (len(list.Elements()) == 0 || len(list.Elements()) > maxSourceFiles || slices.Contains(texts, "")) {
			diags.AddError("Not a list of files", fmt.Sprintf("source.%s takes 1 to %d elements, none of them empty.", name, maxSourceFiles))
			return
		}
	}
	plain, ok := knownTexts(ctx, m.AzureBlobURLs, diags)
	if !ok {
		return
	}
	if err := checkPlainURLs(plain); err != nil {
		// Without a path, as the CLI would quote the line with the signature.
		diags.AddError("Signature would be stored in the state", tfkit.Sentence(err))
		return
	}
	secret, ok := knownTexts(ctx, m.AzureBlobURLsWO, diags)
	if !ok {
		return
	}
	for i, text := range slices.Concat(plain, secret) {
		reference, err := blob.Parse(text)
		if err == nil && reference.Name == "" {
			err = errors.New("the URL names a container, and no blob")
		}
		if err != nil {
			diags.AddError("Not the URL of a blob", fmt.Sprintf("URL %d of source: %s.", i+1, err))
		}
	}
}

// knownTexts are the elements that are known.
func knownTexts(ctx context.Context, list types.List, diags *diag.Diagnostics) ([]string, bool) {
	if list.IsNull() || list.IsUnknown() {
		return nil, true
	}
	var elements []types.String
	problems := list.ElementsAs(ctx, &elements, false)
	diags.Append(problems...)
	var texts []string
	for _, element := range elements {
		if !element.IsNull() && !element.IsUnknown() {
			texts = append(texts, element.ValueString())
		}
	}
	return texts, !problems.HasError()
}

// decodeSource reads a nested object that may be unknown as a whole.
func decodeSource(ctx context.Context, object types.Object, into any, diags *diag.Diagnostics) bool {
	if object.IsNull() || object.IsUnknown() {
		return false
	}
	problems := object.As(ctx, into, basetypes.ObjectAsOptions{})
	diags.Append(problems...)
	return !problems.HasError()
}

// input is one file to read.
type input struct {
	// name is what the file is called in the results.
	name string
	// path is where it is on this machine; empty for one elsewhere.
	path string
	// instance is the gateway's or the machine's that captured it, if the name of the
	// file says it.
	instance string
	// sizeBytes is 0 if it is not known before the file is opened.
	sizeBytes int64
	open      func(ctx context.Context) (stream, error)
}

// stream is an open file.
type stream struct {
	io.ReadCloser

	sizeBytes int64
	etag      string
}

func localInputs(paths []string) []input {
	inputs := make([]input, 0, len(paths))
	for _, name := range paths {
		inputs = append(inputs, input{name: filepath.Base(name), path: name, open: func(context.Context) (stream, error) { return openLocal(absolute(name)) }})
	}
	return inputs
}

// openLocal refuses what is no regular file: reading a pipe or a device may never
// end.
func openLocal(name string) (stream, error) {
	info, err := os.Stat(name)
	if err != nil {
		return stream{}, err
	}
	if !info.Mode().IsRegular() {
		return stream{}, fmt.Errorf("%s is no regular file", name)
	}
	file, err := os.Open(name) //nolint:gosec // the user's own file
	if err != nil {
		return stream{}, err
	}
	return stream{&localFile{io.LimitReader(file, info.Size()), file}, info.Size(), ""}, nil
}

// localFile is a file up to the size that it had when it was opened: one that a
// capture still writes might grow as fast as it is read.
type localFile struct {
	io.Reader
	io.Closer
}

func blobInputs(client *blob.Client, urls []string) ([]input, error) {
	inputs := make([]input, 0, len(urls))
	for i, text := range urls {
		reference, err := blob.Parse(text)
		if err != nil {
			return nil, fmt.Errorf("URL %d: %w", i+1, err)
		}
		inputs = append(inputs, blobInput(client, reference, reference.Name, 0))
	}
	return inputs, nil
}

func blobInput(client *blob.Client, reference blob.Reference, name string, sizeBytes int64) input {
	return input{name: name, instance: instanceOf(reference.Name), sizeBytes: sizeBytes, open: func(ctx context.Context) (stream, error) {
		reader, err := client.Open(ctx, reference)
		if err != nil {
			return stream{}, err
		}
		return stream{reader, reader.SizeBytes, reader.ETag}, nil
	}}
}
