package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"sync"

	"github.com/hashicorp/terraform-exec/tfexec"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cli"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// demo is one run of the demo.
type demo struct {
	output io.Writer
	cloud  *cloudsim.Cloud
	tf     *tfexec.Terraform
	vars   []*tfexec.VarOption
}

func run(ctx context.Context, output io.Writer, source, archive string) (err error) {
	output = &lineWriter{to: output}
	program, err := cli.FindOrBuild(ctx, output, source)
	if err != nil {
		return err
	}
	provider := func(mirror string) error { return buildProvider(ctx, source, mirror) }
	if archive == "" {
		say(output, "Building the provider (the first time takes a minute or two).")
	} else {
		say(output, "Taking the provider from "+archive+".")
		provider = func(mirror string) error { return unpackProvider(archive, mirror) }
	}
	w, err := newWorkspace(source, provider)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.remove()) }()

	cloud, env, err := startCloud(w)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cloud.Close()) }()
	say(output, "The simulated clouds are running; no account is needed, and nothing leaves this machine.")
	tf, err := w.terraform(program, env)
	if err != nil {
		return err
	}
	d := &demo{output: output, cloud: cloud, tf: tf, vars: variables(cloud)}
	return d.run(ctx)
}

// variables are those of examples/demo. A shell takes them from the same
// environment.
func variables(cloud *cloudsim.Cloud) []*tfexec.VarOption {
	return []*tfexec.VarOption{
		tfexec.Var("storage_account_id=" + cloud.Lookup("CLOUDTAP_SIM_STORAGE_ACCOUNT_ID")),
		tfexec.Var("fw_instance_id=" + cloud.Lookup("CLOUDTAP_SIM_FW_INSTANCE_ID")),
		tfexec.Var("workspace_id=" + cloud.Lookup("CLOUDTAP_SIM_WORKSPACE_ID")),
		tfexec.Var(fmt.Sprintf("logs_ingestion={endpoint=%q,rule_id=%q,stream=%q,table_name=%q}", cloud.Lookup("CLOUDTAP_SIM_LOGS_INGESTION_ENDPOINT"),
			cloud.Lookup("CLOUDTAP_SIM_DCR_ID"), cloud.Lookup("CLOUDTAP_SIM_DCR_STREAM"), cloud.Lookup("CLOUDTAP_SIM_DCR_TABLE"))),
	}
}

func startCloud(w *workspace) (*cloudsim.Cloud, map[string]string, error) {
	ca, err := simcore.NewCA()
	if err != nil {
		return nil, nil, err
	}
	caFile, err := ca.Save(w.folder)
	if err != nil {
		return nil, nil, err
	}
	cloud, err := cloudsim.Start(cloudsim.Options{CA: ca, CAFile: caFile})
	if err != nil {
		return nil, nil, err
	}
	env := map[string]string{}
	for _, variable := range cloud.Env() {
		env[variable.Name] = variable.Value
	}
	return cloud, env, nil
}

func (d *demo) run(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		d.init, d.apply, d.showResults, d.planAgain, d.destroy,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	say(d.output, "To try it by hand: run `make sim` and do what it says, with examples/demo or a configuration of your own.")
	return nil
}

func (d *demo) init(ctx context.Context) error {
	version, _, err := d.tf.Version(ctx, true)
	if err != nil {
		return err
	}
	say(d.output, "Using "+filepath.Base(d.tf.ExecPath())+" "+version.String()+" on examples/demo.")
	return d.tf.Init(ctx)
}

func (d *demo) apply(ctx context.Context) error {
	say(d.output, "Applying: find this machine and its network watcher, capture a minute of its TLS traffic and of the firewall's DNS traffic, wait for both, record them, query them back, and say what the Azure file holds.")
	stop := d.passTime(ctx)
	defer stop()
	options := []tfexec.ApplyOption{}
	for _, variable := range d.vars {
		options = append(options, variable)
	}
	return d.printEvents(func(lines io.Writer) error { return d.tf.ApplyJSON(ctx, lines, options...) })
}

func (d *demo) showResults(ctx context.Context) error {
	outputs, err := d.tf.Output(ctx)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(outputs)) {
		var value any
		if err := json.Unmarshal(outputs[name].Value, &value); err != nil {
			return err
		}
		pretty, err := json.MarshalIndent(value, "    ", "  ")
		if err != nil {
			return err
		}
		say(d.output, "Output "+name+":")
		if _, err := fmt.Fprintf(d.output, "    %s\n", pretty); err != nil {
			return err
		}
	}
	return nil
}

func (d *demo) planAgain(ctx context.Context) error {
	options := []tfexec.PlanOption{}
	for _, variable := range d.vars {
		options = append(options, variable)
	}
	before := d.cloud.Journal.Summary()
	changes, err := d.tf.Plan(ctx, options...)
	if err != nil {
		return err
	}
	if changes {
		return errors.New("the second plan shows changes, which is a defect: please report it")
	}
	refreshed := d.cloud.Journal.Summary()["arm PacketCaptures_Get"] + d.cloud.Journal.Summary()["arm PacketCaptures_List"] -
		before["arm PacketCaptures_Get"] - before["arm PacketCaptures_List"]
	say(d.output, fmt.Sprintf("Planning again: no changes. A capture that ended by itself is not drift. Requests to refresh the Azure capture: %d.", refreshed))
	return nil
}

func (d *demo) destroy(ctx context.Context) error {
	say(d.output, "Destroying.")
	options := []tfexec.DestroyOption{}
	for _, variable := range d.vars {
		options = append(options, variable)
	}
	if err := d.printEvents(func(lines io.Writer) error { return d.tf.DestroyJSON(ctx, lines, options...) }); err != nil {
		return err
	}
	if left := len(d.cloud.ARM.Snapshot().PacketCaptures) + len(d.cloud.CFW.Tasks()); left > 0 {
		return fmt.Errorf("%d captures are left in the simulated clouds, which is a defect: please report it", left)
	}
	say(d.output, "No capture is left in the simulated clouds; the records stay in Log Analytics. Done.")
	return nil
}

func say(output io.Writer, text string) {
	// A closed terminal is no reason to stop half-way.
	_, _ = fmt.Fprintln(output, "==> "+text)
}

// lineWriter writes one line at a time: the time passes while Terraform reports.
type lineWriter struct {
	mu sync.Mutex
	to io.Writer
}

func (l *lineWriter) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.to.Write(line)
}
