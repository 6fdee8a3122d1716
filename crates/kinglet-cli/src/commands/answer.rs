use kinglet::{AnswerOptions, Engine};

use crate::{
    args::AnswerArgs,
    error::CliError,
    output,
    report::{Answer, Device},
    texts,
};

/// Finds the answer to a question in a text.
pub(crate) async fn run(args: AnswerArgs) -> Result<(), CliError> {
    let context = texts::one(Some(&args.context))?;
    let source = args.model.source().await?;
    let engine = Engine::new(args.device.engine_options()).await?;
    let model = engine.load(&source, args.model.load_options()).await?;
    let options = AnswerOptions { window: args.window, overlap: args.overlap, max_tokens: args.max_tokens };
    let found = model.answerer(options).await?.answer(&args.question, &context).await?;
    let device = Device::from(model.device());
    let kinglet::Answer { answer, start, end, score } = found;
    match args.form.json {
        true => output::json(&Answer { device, answer, start, end, score }),
        false => {
            output::text(&format!("{answer}\n"))?;
            output::aside(&format!("characters {start} to {end}, score {score:.4}, on {}", device.label()))
        }
    }
}
