// Argo CD's controllers and its repo server, in one program; and what Argo CD and kstatus make of a resource:
//
//	argocd application-controller|applicationset-controller|repo-server [FLAG...]
//	argocd judge HEALTH.lua RESOURCE.yaml...
//
// judge prints one line for each resource: its file's name, Argo CD's health and message by the script, and kstatus.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	appcontroller "github.com/argoproj/argo-cd/v3/cmd/argocd-application-controller/commands"
	applicationset "github.com/argoproj/argo-cd/v3/cmd/argocd-applicationset-controller/commands"
	reposerver "github.com/argoproj/argo-cd/v3/cmd/argocd-repo-server/commands"
	"github.com/argoproj/argo-cd/v3/util/lua"
	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
	"sigs.k8s.io/yaml"
)

func main() {
	command := &cobra.Command{Use: "argocd"}
	for name, part := range map[string]*cobra.Command{
		"application-controller":    appcontroller.NewCommand(),
		"applicationset-controller": applicationset.NewCommand(),
		"repo-server":               reposerver.NewCommand(),
	} {
		part.Use = name
		command.AddCommand(part)
	}
	command.AddCommand(&cobra.Command{
		Use:  "judge HEALTH.lua RESOURCE.yaml...",
		Args: cobra.MinimumNArgs(2),
		RunE: func(_ *cobra.Command, files []string) error { return judge(files[0], files[1:]) },
	})
	if command.Execute() != nil {
		os.Exit(1)
	}
}

func judge(script string, files []string) error {
	source, err := os.ReadFile(script)
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		json, err := yaml.YAMLToJSON(text)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		resource := &unstructured.Unstructured{}
		if err := resource.UnmarshalJSON(json); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		health, err := lua.VM{}.ExecuteHealthLua(resource, string(source))
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		computed, err := status.Compute(resource)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		fmt.Printf("%s\t%s\t%s\t%s\n", filepath.Base(file), health.Status, health.Message, computed.Status)
	}
	return nil
}
