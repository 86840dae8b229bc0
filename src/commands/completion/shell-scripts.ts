/**
 * What each shell reads. All of them hand the line to `muster __complete`, which prints a line that says how to go on
 * (`words`, `open`: no blank after the word, or `files`) and a word with a tab and its meaning on each line after it.
 * Nothing that comes back is evaluated: names of profiles and keys of tags are other people's text.
 */
export const shellScripts = {
  bash: String.raw`# muster's completion for Bash. In ~/.bashrc: eval "$(muster completion bash)"
_muster() {
    local how line
    COMPREPLY=()
    {
        IFS= read -r how
        while IFS= read -r line; do COMPREPLY+=("$line"); done
    } < <(command muster __complete bash "$COMP_WORDBREAKS" "\${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
    # Bash 3.2, as on macOS, has no compopt.
    case $how in
        files) type compopt >/dev/null 2>&1 && compopt -o default ;;
        open) type compopt >/dev/null 2>&1 && compopt -o nospace ;;
    esac
}
complete -F _muster muster
`.replaceAll('\\$', '$'),
  zsh: String.raw`#compdef muster
# muster's completion for Zsh. In ~/.zshrc, after compinit: eval "$(muster completion zsh)"
_muster() {
    local how value about
    local -a values shown blank
    # (Q) removes quotes, and expands nothing.
    {
        IFS= read -r how
        while IFS=$'\t' read -r value about; do
            values+=("$value")
            shown+=("$value\${about:+  -- $about}")
        done
    } < <(command muster __complete zsh "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)
    if [[ $how == files ]]; then
        compset -P '--*='
        _files
        return
    fi
    [[ $how == open ]] && blank=(-S '')
    compadd -M 'm:{[:lower:]}={[:upper:]}' -l -d shown "\${blank[@]}" -a values
}
if [[ $funcstack[1] == _muster ]]; then
    _muster "$@"
else
    compdef _muster muster
fi
`.replaceAll('\\$', '$'),
  fish: String.raw`# muster's completion for fish. In ~/.config/fish/config.fish: muster completion fish | source
function __muster_complete
    set -l before (commandline -opc)
    set -l word (commandline -ct)
    set -l answer (command muster __complete fish $before[2..-1] "$word" 2>/dev/null)
    if test "$answer[1]" = files
        set -l path (string replace -r -- '^--[^=]*=' '' $word)
        set -l option (string replace -- "$path" '' $word)
        for each in (__fish_complete_path $path)
            echo "$option$each"
        end
    else if set -q answer[2]
        printf '%s\n' $answer[2..-1]
    end
end
complete -c muster -e
complete -c muster -f -a '(__muster_complete)'
`,
} as const

export type Shell = keyof typeof shellScripts

export const shells = Object.keys(shellScripts) as readonly Shell[]
