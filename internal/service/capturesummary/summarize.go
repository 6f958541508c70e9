package capturesummary

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/blob"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture/report"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud/obs"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/pcapfilter"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// task is one summary to make.
type task struct {
	clients          clients
	source           sourceModel
	filter           string
	includeNames     bool
	maxConversations int64
	saveTo, reportTo string
}

const failed = "Could not summarize capture"

// run reads the files, and gives what is in them to store unless there was an error.
func (t task) run(ctx context.Context, diags *diag.Diagnostics, store func(results)) {
	options := capture.Options{IncludeNames: t.includeNames, MaxConversations: int(t.maxConversations)}
	title := "Packet capture"
	if t.filter != "" {
		filter, err := pcapfilter.Parse(t.filter)
		if err != nil {
			diags.AddError(failed, tfkit.Sentence(err))
			return
		}
		options.Filter, title = filter, title+": "+t.filter
	}
	inputs, ok := t.inputs(ctx, diags)
	if !ok {
		return
	}
	end, err := t.clients.ReadingTurns().Take(ctx)
	if err != nil {
		diags.AddError(failed, "It waited for the other summaries, which are read one after another, until: "+tfkit.Sentence(err)+" Give it more time in timeouts.")
		return
	}
	defer end()
	inputs = inOrder(ctx, inputs)
	analyzer := capture.NewAnalyzer(options)
	var etags, instances []string
	names := make([]string, len(inputs))
	if t.saveTo != "" {
		names = keptNames(t.saveTo, inputs)
	}
	for i, name := range names {
		etag, err := t.read(ctx, analyzer, inputs[i], name, diags)
		if err != nil {
			t.addError(diags, "File "+inputs[i].name, err)
			return
		}
		etags, instances = append(etags, etag), append(instances, inputs[i].instance)
	}
	summary := analyzer.Summary()
	if t.reportTo != "" {
		page, err := report.HTML(title, summary)
		if err == nil {
			err = writeReport(t.reportTo, page)
		}
		if err != nil {
			diags.AddError("Could not write report", fmt.Sprintf("%s: %s", t.reportTo, tfkit.Sentence(err)))
			return
		}
	}
	store(fromSummary(title, summary, etags, instances))
}

// addError says which file failed, and what its service said.
func (t task) addError(diags *diag.Diagnostics, name string, err error) {
	if ofBlob, ok := errors.AsType[*blob.Error](err); ok {
		tfkit.AddError(diags, failed, fmt.Sprintf("Blob %s", ofBlob.On), azure.Describe(err))
		return
	}
	if obs.Expired(err) {
		diags.AddError(failed, tfkit.Sentence(fmt.Errorf("%s: %w", name, err))+"\n\nA new link was refused as well. Huawei Cloud deletes the files after 7 days. "+
			"If they are still there, open the link of cloudtap_huaweicloud_capture_result in a browser, download the files, and use source.files.")
		return
	}
	if len(azure.Describe(err).Next) > 0 || azure.Describe(err).Status > 0 {
		tfkit.AddError(diags, failed, name, azure.Describe(err))
		return
	}
	diags.AddError(failed, tfkit.Sentence(errors.New(name+": "+azure.Describe(err).String())))
}

// inputs finds the files of the source.
func (t task) inputs(ctx context.Context, diags *diag.Diagnostics) ([]input, bool) {
	if files, ok := knownTexts(ctx, t.source.Files, diags); !ok || len(files) > 0 {
		return localInputs(files), ok
	}
	if !t.source.HuaweiCloudCaptureTask.IsNull() {
		return t.taskInputs(ctx, diags)
	}
	session, err := t.clients.AzureSession()
	if err != nil {
		diags.AddError("Could not use Azure", tfkit.Sentence(err))
		return nil, false
	}
	blobs := blob.NewClient(session)
	plain, ok := knownTexts(ctx, t.source.AzureBlobURLs, diags)
	secret, okSecret := knownTexts(ctx, t.source.AzureBlobURLsWO, diags)
	if urls := slices.Concat(plain, secret); len(urls) > 0 || !ok || !okSecret {
		inputs, err := blobInputs(blobs, urls)
		if err != nil {
			diags.AddError(failed, tfkit.Sentence(err))
		}
		return inputs, ok && okSecret && err == nil
	}
	if !t.source.AzureContainerSASURLWO.IsNull() {
		inputs, err := containerInputs(ctx, blobs, t.source.AzureContainerSASURLWO.ValueString(), t.source.AzureContainerPrefix.ValueString())
		if err != nil {
			t.addError(diags, "The container of source.azure_container_sas_url_wo", err)
		}
		return inputs, err == nil
	}
	id, err := networkwatcher.ParsePacketCaptureID(t.source.AzurePacketCaptureID.ValueString())
	if err != nil {
		diags.AddError(failed, tfkit.Sentence(err))
		return nil, false
	}
	captures, err := t.clients.NetworkWatcher()
	if err != nil {
		diags.AddError("Could not use Azure", tfkit.Sentence(err))
		return nil, false
	}
	finder := &captureFinder{captures: captures, blobs: blobs, clock: session.Clock(), log: func(ctx context.Context, message string, fields map[string]any) { tflog.Info(ctx, message, fields) }}
	inputs, err := finder.inputs(ctx, id)
	if err != nil {
		t.addError(diags, fmt.Sprintf("Packet capture %q of network watcher %q", id.Name, id.Watcher.Name), err)
	}
	return inputs, err == nil
}

// read reads one file, and keeps it under a name if there is one.
func (t task) read(ctx context.Context, analyzer *capture.Analyzer, input input, name string, diags *diag.Diagnostics) (etag string, err error) {
	opened, err := input.open(ctx)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	source := io.Reader(&progress{ctx: ctx, reader: opened, name: input.name, size: opened.sizeBytes})
	if name == "" {
		return opened.etag, analyzer.AddFile(input.name, source)
	}
	into, err := openFolder(t.saveTo)
	if err != nil {
		return "", fmt.Errorf("save_to: %w", err)
	}
	defer func() { err = errors.Join(err, into.root.Close()) }()
	saved, err := into.begin(name)
	if err != nil {
		return "", fmt.Errorf("save_to: %w", err)
	}
	if err := analyzer.AddFile(input.name, io.TeeReader(source, saved)); err != nil {
		return "", errors.Join(err, saved.discard())
	}
	replaced, err := saved.finish()
	if err != nil {
		return "", fmt.Errorf("save_to: %w", err)
	}
	if replaced {
		diags.AddWarning("Replaced a kept file", fmt.Sprintf("%s was another file before. To keep the files of several captures, give each its own save_to.", filepath.Join(t.saveTo, name)))
	}
	return opened.etag, nil
}

// logEvery is how often progress is logged.
const logEvery = 10 * time.Second

// progress logs how far a file is read, and ends with its context.
type progress struct {
	ctx    context.Context //nolint:containedctx // of the reading
	reader io.Reader
	name   string
	size   int64
	done   int64
	last   time.Time
}

// Read reads on.
func (p *progress) Read(buffer []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := p.reader.Read(buffer)
	p.done += int64(n)
	if now := time.Now(); p.last.IsZero() || now.Sub(p.last) >= logEvery {
		p.last = now
		tflog.Info(p.ctx, "Reading capture", map[string]any{"file": p.name, "bytes": p.done, "of_bytes": p.size})
	}
	return n, err
}
