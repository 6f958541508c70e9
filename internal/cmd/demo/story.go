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

	"github.com/hashicorp/terraform-exec/tfexec"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cli"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// story is the demo while it is told.
type story struct {
	output io.Writer
	cloud  *cloudsim.Cloud
	tf     *tfexec.Terraform
	vars   []*tfexec.VarOption
}

func run(ctx context.Context, output io.Writer, source, archive string) (err error) {
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
	s := &story{output: output, cloud: cloud, tf: tf, vars: variables(cloud)}
	return s.tell(ctx)
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

func (s *story) tell(ctx context.Context) error {
	for _, chapter := range []func(context.Context) error{
		s.init, s.apply, s.showResults, s.planAgain, s.destroy,
	} {
		if err := chapter(ctx); err != nil {
			return err
		}
	}
	say(s.output, "To try it by hand: run `make sim` and do what it says, with examples/demo or a configuration of your own.")
	return nil
}

func (s *story) init(ctx context.Context) error {
	version, _, err := s.tf.Version(ctx, true)
	if err != nil {
		return err
	}
	say(s.output, "Using "+filepath.Base(s.tf.ExecPath())+" "+version.String()+" on examples/demo.")
	return s.tf.Init(ctx)
}

func (s *story) apply(ctx context.Context) error {
	say(s.output, "Applying: find this machine and its network watcher, capture a minute of its TLS traffic and of the firewall's DNS traffic, wait for both, record them, query them back, and say what the Azure file holds.")
	stop := s.passTime(ctx)
	defer stop()
	options := []tfexec.ApplyOption{}
	for _, variable := range s.vars {
		options = append(options, variable)
	}
	return s.narrate(func(lines io.Writer) error { return s.tf.ApplyJSON(ctx, lines, options...) })
}

func (s *story) showResults(ctx context.Context) error {
	outputs, err := s.tf.Output(ctx)
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
		say(s.output, "Output "+name+":")
		if _, err := fmt.Fprintf(s.output, "    %s\n", pretty); err != nil {
			return err
		}
	}
	return nil
}

func (s *story) planAgain(ctx context.Context) error {
	options := []tfexec.PlanOption{}
	for _, variable := range s.vars {
		options = append(options, variable)
	}
	before := s.cloud.Journal.Summary()
	changes, err := s.tf.Plan(ctx, options...)
	if err != nil {
		return err
	}
	if changes {
		return errors.New("the second plan shows changes, which is a defect: please report it")
	}
	refreshed := s.cloud.Journal.Summary()["arm PacketCaptures_Get"] + s.cloud.Journal.Summary()["arm PacketCaptures_List"] -
		before["arm PacketCaptures_Get"] - before["arm PacketCaptures_List"]
	say(s.output, fmt.Sprintf("Planning again: no changes. A capture that ended by itself is not drift. Requests to refresh the Azure capture: %d.", refreshed))
	return nil
}

func (s *story) destroy(ctx context.Context) error {
	say(s.output, "Destroying.")
	options := []tfexec.DestroyOption{}
	for _, variable := range s.vars {
		options = append(options, variable)
	}
	if err := s.narrate(func(lines io.Writer) error { return s.tf.DestroyJSON(ctx, lines, options...) }); err != nil {
		return err
	}
	if left := len(s.cloud.ARM.Snapshot().PacketCaptures) + len(s.cloud.CFW.Tasks()); left > 0 {
		return fmt.Errorf("%d captures are left in the simulated clouds, which is a defect: please report it", left)
	}
	say(s.output, "No capture is left in the simulated clouds; the records stay in Log Analytics. Done.")
	return nil
}

func say(output io.Writer, text string) {
	// A closed terminal is no reason to stop half-way.
	_, _ = fmt.Fprintln(output, "==> "+text)
}
