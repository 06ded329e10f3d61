select (select count(*) from inference_jobs where state = 'waiting')
  + case when exists (select 1 from inference_series where changed_at > gated_at or version > said_version)
      or exists (select 1 from inference_jobs where state = 'done' and said_at is null) then 1 else 0 end
